import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { identify } from '@libp2p/identify'
import type { Libp2p, Stream } from '@libp2p/interface'
import { webSockets } from '@libp2p/websockets'
import { multiaddr } from '@multiformats/multiaddr'
import { afterEach, expect, test, vi } from 'vitest'
import type { Relay } from './relay.ts'
import { endAll } from './testing/left-behind.ts'
import { dialPlainly, startPlainNode } from './testing/plain-node.ts'
import { startTestRelay } from './testing/test-relay.ts'

afterEach(endAll)

const startPeer = (listen: readonly string[]): Promise<Libp2p> =>
  startPlainNode({
    addresses: { listen: [...listen] },
    transports: [webSockets(), circuitRelayTransport()],
    services: { identify: identify() },
    connectionMonitor: { enabled: false },
  })

test('more peers than the library’s fifteen get a reservation, and a circuit through one is a limited connection', async () => {
  const relay = await startTestRelay()
  const address = relay.addresses[0] ?? ''
  const peers: Libp2p[] = []
  for (let i = 0; i < 16; i++) peers.push(await startPeer([`${address}/p2p-circuit`]))
  const { circuits } = relay.node.services as unknown as { readonly circuits: { readonly reservations: { readonly size: number } } }
  expect(circuits.reservations.size).toBe(16)
  const caller = await startPeer([])
  const last = peers.at(-1)?.peerId.toString() ?? ''
  const circuit = await caller.dial(multiaddr(`${address}/p2p-circuit/p2p/${last}`))
  expect(circuit.remotePeer.toString()).toBe(last)
  // There are limits, and most of a GiB is left of them.
  expect(Number(circuit.limits?.bytes)).toBeGreaterThan(2 ** 29)
  expect(circuit.limits?.seconds).toBeGreaterThan(3_600)
})

const PROTOCOL = '/test/bytes/1'
const CHUNK = new Uint8Array(32 * 1024)

/** Bytes that a stream takes as fast as it does. */
function pour(stream: Stream): () => number {
  let sent = 0
  const send = (): void => {
    while (stream.status === 'open') {
      sent += CHUNK.byteLength
      if (!stream.send(CHUNK)) return
    }
  }
  stream.addEventListener('drain', send)
  send()
  return () => sent
}

/** Two peers with a circuit between them, by which the first sends all it can. Returns what has arrived. */
async function flood(relay: Relay): Promise<() => number> {
  const address = relay.addresses[0] ?? ''
  let arrived = 0
  const [caller, far] = [await startPeer([]), await startPeer([`${address}/p2p-circuit`])]
  const listen = (stream: Stream): void =>
    stream.addEventListener('message', ({ data }) => {
      arrived += data.byteLength
    })
  await far.handle(PROTOCOL, listen, { runOnLimitedConnection: true })
  pour(await caller.dialProtocol(multiaddr(`${address}/p2p-circuit/p2p/${far.peerId.toString()}`), PROTOCOL, { runOnLimitedConnection: true }))
  return () => arrived
}

const HOP = '/libp2p/circuit/relay/0.2.0/hop'
/** Messages of circuit relay v2 (protobuf, with their length in front). */
const RESERVE = Uint8Array.of(2, 0x08, 0)
const STOP_OK = Uint8Array.of(4, 0x08, 1, 0x20, 100)
const connectTo = (peer: Uint8Array): Uint8Array => Uint8Array.of(peer.length + 6, 0x08, 1, 0x12, peer.length + 2, 0x0a, peer.length, ...peer)
const answered = (stream: Stream): Promise<unknown> => new Promise((resolve) => stream.addEventListener('message', resolve, { once: true }))

/** The same, of two with changed programs: the far one reads nothing. Returns what the first has sent. */
async function floodUnread(relay: Relay): Promise<() => number> {
  const [caller, far] = [await startPlainNode(), await startPlainNode()]
  await far.handle('/libp2p/circuit/relay/0.2.0/stop', (stream) => {
    stream.addEventListener('message', () => {
      stream.send(STOP_OK)
      stream.pause()
    })
  })
  const [address] = relay.addresses
  const reserving = await far.dialProtocol(multiaddr(address), HOP)
  reserving.send(RESERVE)
  await answered(reserving)
  const stream = await caller.dialProtocol(multiaddr(address), HOP)
  stream.send(connectTo(far.peerId.toMultihash().bytes))
  await answered(stream)
  return pour(stream)
}
const pass = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

test('what one end of a circuit does not take waits at the other end, and not in the relay', async () => {
  const relay = await startTestRelay({ limits: { circuitBurstBytes: 2 ** 30, circuitsBytesPerSecond: 2 ** 30 } })
  const sent = await floodUnread(relay)
  await pass(2_000)
  // Windows and buffers of four ends.
  expect(sent()).toBeLessThan(4 * 2 ** 20)
})

test('one peer sends so much through circuits and then waits; a circuit of others goes on meanwhile', async () => {
  const burst = 512 * 1024
  const relay = await startTestRelay({ limits: { circuitBytesPerSecond: 64 * 1024, circuitBurstBytes: burst } })
  const arrived = await flood(relay)
  await vi.waitFor(() => expect(arrived()).toBeGreaterThan(burst / 2), { timeout: 10_000 })
  const startedMs = performance.now()
  const before = arrived()
  await pass(3_000)
  const seconds = (performance.now() - startedMs) / 1_000
  expect(arrived() - before).toBeLessThan(burst + seconds * 64 * 1024)
  await vi.waitFor(() => expect(arrived()).toBeGreaterThan(before), { timeout: 30_000 })
  const others = await flood(relay)
  await vi.waitFor(() => expect(others()).toBeGreaterThan(burst / 2), { timeout: 10_000 })
})

test('one address may have connections up to a limit', async () => {
  const relay = await startTestRelay({ limits: { connectionsPerAddress: 2 } })
  const dial = async (): Promise<string> => {
    const peer = await startPeer([])
    return (await peer.dial(multiaddr(relay.addresses[0] ?? ''))).status
  }
  expect([await dial(), await dial()]).toEqual(['open', 'open'])
  await expect(dial()).rejects.toThrow()
})

test('a silent client is disconnected after a while, and one that pings stays, however little else it sends', async () => {
  const relay = await startTestRelay({ limits: { silentMs: 3_000 } })
  const address = relay.addresses[0] ?? ''
  // On a busy machine the client itself would give up.
  const pinging = await dialPlainly(address, { connectionMonitor: { pingInterval: 100, abortConnectionOnPingFailure: false } })
  const silent = await dialPlainly(address, { connectionMonitor: { enabled: false } })
  await new Promise((resolve) => silent.addEventListener('close', resolve))
  expect(pinging.status).toBe('open')
})

test('a reservation ends with its peer’s connection, and a new one is there at once', async () => {
  const relay = await startTestRelay()
  const address = relay.addresses[0] ?? ''
  const { circuits } = relay.node.services as unknown as { readonly circuits: { readonly reservations: { readonly size: number } } }
  const peer = await startPeer([`${address}/p2p-circuit`])
  expect(circuits.reservations.size).toBe(1)
  await peer.stop()
  await vi.waitFor(() => expect(circuits.reservations.size).toBe(0), { timeout: 20_000 })
  await startPeer([`${address}/p2p-circuit`])
  expect(circuits.reservations.size).toBe(1)
})
