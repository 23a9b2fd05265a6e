/** A network under test with all its events, and a way to wait for more without sleeping. */
import type { NetworkEvent, NetworkPort } from '@sotto/engine'
import { createLibp2pNetwork, type Libp2pNetwork, type Libp2pNetworkOptions } from '../network.ts'

type EventOf<K extends NetworkEvent['kind']> = Extract<NetworkEvent, { readonly kind: K }>

export interface TestPeer {
  readonly network: Libp2pNetwork
  readonly peer: string
  readonly events: readonly NetworkEvent[]
  readonly perform: NetworkPort['perform']
  /** The first matching event of a kind, past or future. Rejects after `withinMs` (10 s). */
  readonly until: <K extends NetworkEvent['kind']>(kind: K, holds?: (event: EventOf<K>) => boolean, withinMs?: number) => Promise<EventOf<K>>
  /** Forgets the events so far. */
  readonly forget: () => void
}

export async function startTestPeer(options: Libp2pNetworkOptions = {}): Promise<TestPeer> {
  const network = createLibp2pNetwork(options)
  const events: NetworkEvent[] = []
  const hearers = new Set<() => void>()
  await network.start((event) => {
    events.push(event)
    for (const hear of hearers) hear()
  })
  const [started] = events
  if (started?.kind !== 'networkStarted') throw new Error('the network did not say that it has started')
  return {
    network,
    peer: started.ownPeer,
    events,
    perform: network.perform,
    forget: () => void events.splice(0),
    until: (kind, holds = () => true, withinMs = 60_000) =>
      new Promise((resolve, reject) => {
        const done = (): void => {
          clearTimeout(timer)
          hearers.delete(look)
        }
        const timer = setTimeout(() => {
          done()
          reject(new Error(`no ${kind} in ${withinMs} ms, but ${events.map((event) => event.kind).join(', ')}`))
        }, withinMs)
        const look = (): void => {
          const found = events.find((event) => event.kind === kind && holds(event as never))
          if (found === undefined) return
          done()
          resolve(found as never)
        }
        hearers.add(look)
        look()
      }),
  }
}

/** Connects a peer to a relay and waits until it can be reached there. Returns its addresses. */
export async function atRelay(peer: TestPeer, relay: string): Promise<readonly string[]> {
  peer.perform({ kind: 'connectRelay', relay })
  const opened = await peer.until('relayOpened', (event) => event.relay === relay)
  if (opened.ownAddresses.length > 0) return opened.ownAddresses
  return (await peer.until('addressesChanged', (event) => event.relay === relay && event.ownAddresses.length > 0)).ownAddresses
}
