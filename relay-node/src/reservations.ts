/** A reservation ends with its peer's last connection: kept for its hour, it would take another's place, and lead to nobody. */
import type { Libp2p, PeerId } from '@libp2p/interface'

/** What is used here of the library's circuit server. */
interface CircuitServer {
  readonly reservationStore: {
    readonly get: (peer: PeerId) => { readonly signal: { readonly clear: () => void } } | undefined
    readonly removeReservation: (peer: PeerId) => void
  }
}

/** @param node has a circuit server as its service `circuits` */
export function endReservationsWithConnections(node: Libp2p): void {
  const { reservationStore } = (node.services as { readonly circuits?: Partial<CircuitServer> }).circuits ?? {}
  if (reservationStore === undefined) throw new Error('@libp2p/circuit-relay-v2 has changed: its server has no store as we know it')
  node.addEventListener('peer:disconnect', ({ detail: peer }) => {
    // Its timer would end a later reservation of the same peer.
    reservationStore.get(peer)?.signal.clear()
    reservationStore.removeReservation(peer)
  })
}
