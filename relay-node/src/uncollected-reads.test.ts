/** Clients that request much and collect nothing, over real sockets: the reads wait at the store, and others are served. */
import { type Server, type Socket, connect, createServer } from 'node:net'
import type { Libp2p, Stream } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { type Primitives, loadPrimitives } from '@sotto/crypto/primitives'
import { type MailboxCredentials, mailboxIdOf, signOpen } from '@sotto/mailbox'
import { LIMITS, createFrameSplitter, decode, encode, mailboxAnswer, mailboxRequest, toStreamFrame } from '@sotto/wire'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { MAILBOX_PROTOCOL } from './mailbox-streams.ts'
import { serves, someMember } from './testing/honest-client.ts'
import { endAll, endLater, newFolder } from './testing/left-behind.ts'
import { startMailboxPeer } from './testing/mailbox-peer.ts'
import { startPlainNode } from './testing/plain-node.ts'
import { portOf } from './testing/raw-socket.ts'
import { onAnyPort, startRelayProcess } from './testing/relay-process.ts'

let primitives: Primitives
beforeAll(async () => {
  primitives = await loadPrimitives()
})
afterEach(endAll)

const RECORDS = 20
const CLIENTS = 10
const STREAMS = 2
/** All reads of this test together are 320 MiB, half as much again if kept in memory. With the bounds they took 130 MiB. */
const MOST_BYTES = 240 * 2 ** 20

/** A line to the relay that passes nothing back once it is held: the client's side of TCP is full. */
async function startLine(port: number): Promise<{ readonly port: number; readonly hold: () => void }> {
  const back = new Set<Socket>()
  const sockets = new Set<Socket>()
  const server: Server = createServer((client) => {
    const relay = connect({ port, host: '127.0.0.1' })
    back.add(relay)
    for (const socket of [client, relay]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => [client, relay].map((each) => each.destroy()))
    }
    client.on('data', (chunk) => void relay.write(chunk))
    relay.on('data', (chunk) => void client.write(chunk))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  endLater(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the line listens nowhere')
  return { port: address.port, hold: () => [...back].forEach((relay) => relay.pause()) }
}

async function dialled(address: string): Promise<Libp2p> {
  const node = await startPlainNode({ connectionMonitor: { enabled: false } })
  await node.dial(multiaddr(address))
  return node
}

/** Opens the mailbox on a stream of its own. Resolves with a function that requests reads without end. */
async function opened(node: Libp2p, credentials: MailboxCredentials): Promise<{ readonly stream: Stream; readonly askMuch: () => void }> {
  const [connection] = node.getConnections()
  if (connection === undefined) throw new Error('not connected')
  const stream = await connection.newStream(MAILBOX_PROTOCOL)
  const handle = await new Promise<number>((resolve) => {
    const splitter = createFrameSplitter()
    stream.addEventListener('message', ({ data }) => {
      for (const frame of splitter.push(data.subarray()) ?? []) {
        const answer = decode(mailboxAnswer, frame)
        if (answer?.kind === 'opened') resolve(answer.handle)
        if (answer?.kind !== 'hello') continue
        const mailbox = mailboxIdOf(primitives, credentials.keys)
        const expiresMs = answer.timeMs + 60_000
        const statement = { relayPeer: connection.remotePeer.toString(), clientPeer: node.peerId.toString(), nonce: answer.nonce, mailbox, expiresMs }
        const open = { kind: 'open', request: 1, keys: credentials.keys, grant: null, expiresMs, ...signOpen(primitives, credentials, statement) } as const
        stream.send(toStreamFrame(encode(mailboxRequest, open)))
      }
    })
  })
  return {
    stream,
    askMuch: () => {
      for (let i = 0; i < LIMITS.requestsInFlight; i++) {
        stream.send(toStreamFrame(encode(mailboxRequest, { kind: 'read', request: 2 + i, handle, after: 0, most: LIMITS.readRecords })))
      }
    },
  }
}

test('reads that are never collected take little memory, delay no other client and do not keep a relay from stopping', async () => {
  const relay = await startRelayProcess({ words: onAnyPort(newFolder()) })
  endLater(() => relay.end())
  const address = relay.listening?.addresses[0] ?? ''
  const credentials = someMember(primitives)
  const writer = await startMailboxPeer(address, primitives)
  endLater(() => writer.stop())
  for (let i = 0; i < RECORDS; i++) {
    const append = { token: `${i}`, credentials, body: new Uint8Array(LIMITS.recordBytes).fill(i), class: 'stored' } as const
    writer.run((client, state) => client.append(state, append, Date.now()))
  }
  await expect.poll(() => writer.events.filter(({ kind }) => kind === 'appended').length, { timeout: 20_000 }).toBe(RECORDS)

  const line = await startLine(portOf(address))
  const throughLine = address.replace(/\/tcp\/\d+/, `/tcp/${line.port}`)
  const greedy: Awaited<ReturnType<typeof opened>>[] = []
  for (let i = 0; i < CLIENTS; i++) {
    const node = await dialled(i % 2 === 0 ? throughLine : address)
    for (let stream = 0; stream < STREAMS; stream++) greedy.push(await opened(node, credentials))
  }
  const before = relay.memoryBytes()
  line.hold()
  for (const { stream, askMuch } of greedy) {
    stream.pause()
    askMuch()
  }
  // Everything that the relay does for the greedy client has begun before it serves this one.
  await expect.poll(() => serves(address, primitives).catch(() => false), { timeout: 30_000 }).toBe(true)
  await expect.poll(() => serves(address, primitives).catch(() => false), { timeout: 30_000 }).toBe(true)
  expect(relay.memoryBytes() - before).toBeLessThan(MOST_BYTES)
  relay.child.kill('SIGTERM')
  expect(await relay.exited).toEqual([0, null])
  expect(relay.errors.join('')).toContain('"stopped"')
})
