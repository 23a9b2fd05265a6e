/**
 * A relay announces the addresses that it listens on, also public ones. libp2p keeps those back until others have found out that they can
 * be dialled, for which a relay asks nobody: its operator says where it listens.
 */
import type { Listener, TypedEventTarget } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/** What is used here of the parts of a libp2p node. */
interface Parts {
  readonly events: TypedEventTarget<{ readonly 'transport:listening': CustomEvent<Listener> }>
  readonly addressManager: { confirmObservedAddr: (address: Multiaddr, options: { readonly type: 'transport' }) => void }
}

/** For libp2p's list of services. */
export const announceListened =
  () =>
  ({ events, addressManager }: Parts): object => {
    events.addEventListener('transport:listening', ({ detail }) => {
      for (const address of detail.getAddrs()) addressManager.confirmObservedAddr(address, { type: 'transport' })
    })
    return {}
  }
