/**
 * Of a peer that is not connected a relay keeps nothing. libp2p keeps what it was told by every peer that ever was, in memory and for as
 * long as it runs; what is old it only passes over.
 */
import type { Libp2p } from '@libp2p/interface'

export function forgetPeersThatLeft(node: Libp2p): void {
  node.addEventListener('peer:disconnect', ({ detail }) => {
    // A relay that is being stopped has no store any more.
    node.peerStore.delete(detail).catch(() => {})
  })
}
