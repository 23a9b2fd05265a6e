/**
 * Reservations on exactly the relays that we were told to use.
 *
 * `listen: ['/p2p-circuit']` would take a reservation on any peer that claims to be a relay, and waits for identify
 * first. So we listen to nothing and use the store inside the stock transport directly. Its own list of "invalid"
 * relays is switched off: it is cleared only when searching, and one failed dial would lock a relay out for good.
 */
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import type { PeerId, Transport } from '@libp2p/interface'
import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'

interface Reservation {
  readonly relay: PeerId
  readonly details: { readonly reservation: { readonly addrs: readonly Uint8Array[] } }
}

interface ReservationStore {
  relayFilter: { readonly has: (item: Uint8Array) => boolean; readonly add: (item: Uint8Array) => void }
  readonly addRelay: (relay: PeerId, type: 'configured') => Promise<Reservation>
  readonly addEventListener: (type: 'relay:removed', listener: (event: CustomEvent<Reservation>) => void) => void
}

export interface CircuitReservations {
  /** For libp2p's list of transports. */
  readonly transport: (components: Parameters<ReturnType<typeof circuitRelayTransport>>[0]) => Transport
  /**
   * Makes a reservation on a connected relay, and keeps it fresh. Resolves with the relay's own addresses, starting
   * with the one that we dialled. Rejects if the relay refuses.
   */
  readonly reserve: (relay: PeerId) => Promise<readonly Multiaddr[]>
  /** Calls back when a reservation has ended, with the relay's peer id. Returns a function that stops that. */
  readonly onRemoved: (listener: (relay: string) => void) => () => void
}

export function circuitReservations(withinMs: number): CircuitReservations {
  let store: ReservationStore | undefined
  const listeners = new Set<(relay: string) => void>()
  return {
    transport: (components) => {
      const transport = circuitRelayTransport({
        reservationConcurrency: 4,
        reservationCompletionTimeout: withinMs,
        discoveryFilter: { has: () => true, add: () => {}, remove: () => {} },
      })(components)
      store = storeOf(transport)
      store.relayFilter = { has: () => false, add: () => {} }
      store.addEventListener('relay:removed', (event) => {
        for (const listener of listeners) listener(event.detail.relay.toString())
      })
      return transport
    },
    reserve: async (relay) => {
      if (store === undefined) throw new Error('the network has not started')
      const { details } = await store.addRelay(relay, 'configured')
      return details.reservation.addrs.map((bytes) => multiaddr(bytes))
    },
    onRemoved: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

function storeOf(transport: Transport): ReservationStore {
  const { reservationStore } = transport as unknown as { readonly reservationStore?: ReservationStore }
  if (typeof reservationStore?.addRelay !== 'function' || reservationStore.relayFilter === undefined) {
    throw new Error('@libp2p/circuit-relay-v2 has changed: its transport has no reservation store as we know it')
  }
  return reservationStore
}
