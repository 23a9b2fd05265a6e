/** What is reported of a relay that cannot be reached. */
import { type AddressInfo, type Socket, createServer } from 'node:net'
import { noise } from '@libp2p/noise'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { afterEach, expect, test } from 'vitest'
import { peer, relayed, stopAll, stopLater } from './testing/test-network.ts'
import { startTinyRelay } from './testing/tiny-relay.ts'
import { DEFAULT_TIMING } from './timing.ts'

afterEach(stopAll)

test('a relay that is not there yet is reported unreachable once, retried, and opened when it comes', async () => {
  const relay = await startTinyRelay()
  await relay.stop()
  const alice = await peer({ timing: { redialFirstMs: 50, redialMostMs: 100 } })
  alice.perform({ kind: 'connectRelay', relay: relay.address })
  await alice.until('relayClosed')
  await relayed({ key: relay.key, port: relay.port })
  await alice.until('relayOpened')
  expect(alice.events.filter(({ kind }) => kind === 'relayClosed' || kind === 'relayOpened').map(({ kind }) => kind)).toEqual(['relayClosed', 'relayOpened'])
})

test.each([
  ['accepts the connection and stays silent', () => {}],
  ['speaks another protocol', (socket: Socket) => void socket.write('220 mail at your service\r\n')],
  ['hangs up', (socket: Socket) => void socket.destroy()],
])('a relay’s address where a server %s is reported unreachable', async (_, answer) => {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}))
    answer(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stopLater({ stop: async () => void server.close() })
  stopLater({ stop: async () => [...sockets].forEach((socket) => socket.destroy()) })
  const alice = await peer({ timing: { dialMs: 500 } })
  const { port } = server.address() as AddressInfo
  alice.perform({ kind: 'connectRelay', relay: `/ip4/127.0.0.1/tcp/${port}/ws` })
  await alice.until('relayClosed')
  expect(alice.events.some(({ kind }) => kind === 'relayOpened')).toBe(false)
})

test('a relay with another key, and one without mailboxes, are reported unreachable', async () => {
  const relay = await relayed()
  const other = await createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0/ws'] },
    transports: [webSockets()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
  })
  stopLater({ stop: async () => other.stop() })
  const alice = await peer()
  const wrong = [relay.address.replace(relay.peer, other.peerId.toString()), other.getMultiaddrs()[0]?.toString() ?? '']
  for (const address of wrong) alice.perform({ kind: 'connectRelay', relay: address })
  for (const address of wrong) await alice.until('relayClosed', (event) => event.relay === address)
  expect(alice.events.some(({ kind }) => kind === 'relayOpened')).toBe(false)
})

test('it is reported within fifteen seconds, wherever it hangs', () => {
  expect(DEFAULT_TIMING.dialMs + DEFAULT_TIMING.openMs).toBeLessThan(15_000)
})
