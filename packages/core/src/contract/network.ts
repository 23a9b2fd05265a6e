/** What the machine hears of the network and asks of it. Relays are known by their address, peers by their libp2p id. */

/** How a peer is reached: `direct` is WebRTC between the two, `turn` the same, passed on by a TURN server, `relayed` a circuit through a relay. */
export type PeerPath = 'direct' | 'turn' | 'relayed'

/** What the network tells the machine. Peer ids and addresses are texts as libp2p writes them. */
export type NetworkEvent =
  | { readonly kind: 'networkStarted'; readonly ownPeer: string }
  /** The mailbox stream to a relay is open. `ownAddresses` are where others reach us through it. */
  | { readonly kind: 'relayOpened'; readonly relay: string; readonly relayPeer: string; readonly ownAddresses: readonly string[] }
  | { readonly kind: 'relayFrameReceived'; readonly relay: string; readonly frame: Uint8Array }
  /** The stream is closed, or could not be opened in the first place. The network keeps trying. */
  | { readonly kind: 'relayClosed'; readonly relay: string }
  /** The peer at that address has another key than the address names. The network dials it again all the same. */
  | { readonly kind: 'relayIsAnother'; readonly relay: string }
  /** How long the relay took to answer a ping, ms: once it is open, and when that has become another. */
  | { readonly kind: 'relayAnswered'; readonly relay: string; readonly ms: number }
  /** Addresses changed after `relayOpened` (the reservation came later). */
  | { readonly kind: 'addressesChanged'; readonly relay: string; readonly ownAddresses: readonly string[] }
  /** The frame stream to a peer is open, whichever side dialled. `initiator`: we opened it. */
  | { readonly kind: 'peerOpened'; readonly peer: string; readonly path: PeerPath; readonly initiator: boolean }
  | { readonly kind: 'peerPathChanged'; readonly peer: string; readonly path: PeerPath }
  | { readonly kind: 'peerFrameReceived'; readonly peer: string; readonly frame: Uint8Array }
  | { readonly kind: 'peerClosed'; readonly peer: string }
  | { readonly kind: 'gossipReceived'; readonly topic: string; readonly data: Uint8Array }

/** What the machine asks of the network. Only events answer these, and a lost connection may lose any of them. */
export type NetworkEffect =
  /** Keep a mailbox stream and a circuit reservation at this relay until `disconnectRelay`. Dial again with back-off. */
  | { readonly kind: 'connectRelay'; readonly relay: string }
  | { readonly kind: 'disconnectRelay'; readonly relay: string }
  /** Ask this relay's host, at that UDP port, for our own addresses where a direct connection begins. 0: do not ask it. */
  | { readonly kind: 'useStun'; readonly relay: string; readonly port: number }
  /** This relay's TURN servers, for direct connections that begin before `untilMs`. They take the place of those that it named before. */
  | {
      readonly kind: 'useTurn'
      readonly relay: string
      readonly urls: readonly string[]
      readonly username: string
      readonly password: string
      readonly untilMs: number
    }
  | { readonly kind: 'sendRelayFrame'; readonly relay: string; readonly frame: Uint8Array }
  /** Reach a peer through the relay. Tried once; the machine asks again. */
  | { readonly kind: 'dialPeer'; readonly peer: string; readonly addresses: readonly string[] }
  | { readonly kind: 'hangUpPeer'; readonly peer: string }
  /**
   * This peer, which has proved its epoch, may learn our network addresses: with its own consent it is connected to directly
   * in the background. For as long as it is open, or until `forbidDirect`. No other peer learns an address of ours.
   */
  | { readonly kind: 'allowDirect'; readonly peer: string }
  /** It may no longer. A direct connection that there is stays: it has shown what it shows. */
  | { readonly kind: 'forbidDirect'; readonly peer: string }
  | { readonly kind: 'sendPeerFrame'; readonly peer: string; readonly frame: Uint8Array }
  | { readonly kind: 'joinTopic'; readonly topic: string }
  | { readonly kind: 'leaveTopic'; readonly topic: string }
  /** From now on this peer, which has proved its epoch, may be told that we are subscribed to the topic. */
  | { readonly kind: 'revealTopic'; readonly topic: string; readonly peer: string }
  | { readonly kind: 'publish'; readonly topic: string; readonly data: Uint8Array }
