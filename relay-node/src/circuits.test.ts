import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { identify } from '@libp2p/identify'
import type { Libp2p } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { afterEach, expect, test, vi } from 'vitest'
import { type RelayOptions, startRelay } from './relay.ts'

const endings: (() => unknown)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

async function start(options: Partial<RelayOptions> = {}) {
  const data = mkdtempSync(join(tmpdir(), 'sotto-circuits-'))
  endings.push(() => rmSync(data, { recursive: true }))
  const relay = await startRelay({ data, host: '127.0.0.1', port: 0, httpPort: 0, ...options })
  endings.push(() => relay.stop())
  return relay
}

async function startPeer(listen: readonly string[]): Promise<Libp2p> {
  const node = await createLibp2p({
    addresses: { listen: [...listen] },
    transports: [webSockets(), circuitRelayTransport()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionGater: { denyDialMultiaddr: () => false },
    connectionManager: { reconnectRetries: 0 },
    services: { identify: identify() },
  })
  endings.push(() => node.stop())
  return node
}

test('more peers than the library’s fifteen get a reservation, and a circuit through one is a limited connection', async () => {
  const relay = await start()
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
  const relay = await start({ limits: { connectionsPerAddress: 2 } })
  const dial = async (): Promise<string> => {
    const peer = await startPeer([])
    return (await peer.dial(multiaddr(relay.addresses[0] ?? ''))).status
  }
  expect([await dial(), await dial()]).toEqual(['open', 'open'])
  await expect(dial()).rejects.toThrow()
})

test('a silent client is disconnected after a while, and one that pings stays, however little else it sends', async () => {
  const relay = await start({ limits: { silentMs: 3_000 } })
  const dial = async (connectionMonitor: { readonly enabled?: boolean; readonly pingInterval?: number; readonly abortConnectionOnPingFailure?: boolean }) => {
    const node = await createLibp2p({
      transports: [webSockets()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      connectionGater: { denyDialMultiaddr: () => false },
      connectionManager: { reconnectRetries: 0 },
      connectionMonitor,
    })
    endings.push(() => node.stop())
    return node.dial(multiaddr(relay.addresses[0] ?? ''))
  }
  // On a busy machine the client itself would give up.
  const pinging = await dial({ pingInterval: 100, abortConnectionOnPingFailure: false })
  const silent = await dial({ enabled: false })
  await new Promise((resolve) => silent.addEventListener('close', resolve))
  expect(pinging.status).toBe('open')
})

test('a reservation ends with its peer’s connection, and a new one is there at once', async () => {
  const relay = await start()
  const address = relay.addresses[0] ?? ''
  const { circuits } = relay.node.services as unknown as { readonly circuits: { readonly reservations: { readonly size: number } } }
  const peer = await startPeer([`${address}/p2p-circuit`])
  expect(circuits.reservations.size).toBe(1)
  await peer.stop()
  await vi.waitFor(() => expect(circuits.reservations.size).toBe(0), { timeout: 20_000 })
  await startPeer([`${address}/p2p-circuit`])
  expect(circuits.reservations.size).toBe(1)
})
