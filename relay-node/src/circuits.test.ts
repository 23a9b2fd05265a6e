import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { identify } from '@libp2p/identify'
import type { Libp2p } from '@libp2p/interface'
import { webSockets } from '@libp2p/websockets'
import { multiaddr } from '@multiformats/multiaddr'
import { afterEach, expect, test, vi } from 'vitest'
import { endAll } from './testing/left-behind.ts'
import { dialPlainly, startPlainNode } from './testing/plain-node.ts'
import { startTestRelay } from './testing/test-relay.ts'

afterEach(endAll)

const startPeer = (listen: readonly string[]): Promise<Libp2p> =>
  startPlainNode({ addresses: { listen: [...listen] }, transports: [webSockets(), circuitRelayTransport()], services: { identify: identify() } })

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
