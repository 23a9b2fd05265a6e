/** What a client says before it is agreed what a connection or a stream is for (PROTOCOL §8.85). Here nothing ends for its silence. */
import type { Stream } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { LIMITS, concat, toStreamFrame, utf8 } from '@sotto/wire'
import { afterEach, expect, test } from 'vitest'
import { MAILBOX_PROTOCOL } from './mailbox-streams.ts'
import { endAll } from './testing/left-behind.ts'
import { dialPlainly } from './testing/plain-node.ts'
import { FIN, OPCODE, openRawWebSocket, portOf, webSocketFrame } from './testing/raw-socket.ts'
import { startTestRelay } from './testing/test-relay.ts'

afterEach(endAll)

const PATIENT = { upgradeMs: 10 * 60_000, silentMs: 10 * 60_000 }
const relayed = async (): Promise<string> => (await startTestRelay({ limits: PATIENT })).addresses[0] ?? ''
const lines = (count: number): Uint8Array => concat(...Array.from({ length: count }, () => toStreamFrame(utf8('/nothing/of/ours\n'))))
const BEYOND: readonly Uint8Array[] = [Uint8Array.of(0x80, 0x80), new Uint8Array(60_000).fill(0xff), lines(LIMITS.negotiationLines + 1), Uint8Array.of(0)]

const openStream = (connection: object): Promise<Stream> =>
  (connection as { readonly muxer: { readonly createStream: () => Promise<Stream> } }).muxer.createStream()

test('a connection ends for what is beyond all bounds before it is encrypted', async () => {
  const port = portOf(await relayed())
  for (const said of BEYOND) {
    const raw = await openRawWebSocket(port)
    raw.write(webSocketFrame({ first: FIN | OPCODE.binary, payload: said }))
    await raw.closed
  }
})

test('a connection ends for it where a client leaves open what multiplexes it', async () => {
  const address = await relayed()
  for (const said of BEYOND) {
    const ended = Promise.withResolvers<void>()
    const encrypter = (components: Parameters<ReturnType<typeof noise>>[0]) => {
      const inner = noise()(components)
      const secure = inner.secureOutbound.bind(inner)
      return Object.assign(inner, {
        secureOutbound: async (...[connection, options]: Parameters<typeof secure>) => {
          const secured = await secure(connection, { ...options, skipStreamMuxerNegotiation: true })
          secured.connection.addEventListener('close', () => ended.resolve())
          secured.connection.send(said)
          return secured
        },
      })
    }
    // Nothing comes after it: this client has no multiplexer that it could name.
    await dialPlainly(address, { connectionEncrypters: [encrypter], streamMuxers: [], connectionMonitor: { enabled: false } })
    await ended.promise
  }
})

test('a connection ends for such a stream of it', async () => {
  const address = await relayed()
  for (const said of BEYOND) {
    const connection = await dialPlainly(address)
    const ended = new Promise((resolve) => connection.addEventListener('close', resolve))
    const stream = await openStream(connection)
    stream.send(said)
    await ended
  }
})

test('streams that ask for what is not there, or wait in the middle of a line, end no connection', async () => {
  const connection = await dialPlainly(await relayed())
  for (const said of [lines(LIMITS.negotiationLines), Uint8Array.of(0x80), Uint8Array.of(19, 0x2f)]) {
    const stream = await openStream(connection)
    stream.send(said)
  }
  const stream = await connection.newStream(MAILBOX_PROTOCOL)
  await new Promise((resolve) => stream.addEventListener('message', resolve, { once: true }))
  expect(connection.status).toBe('open')
})
