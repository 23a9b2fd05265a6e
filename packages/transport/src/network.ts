/**
 * The network port over libp2p: relays, peers and gossip behind one `start`, `perform`, `stop`. Works in a page of an
 * extension and in Node 24. A new peer id at every start.
 */
import type { Libp2p } from '@libp2p/interface'
import type { NetworkEffect, NetworkEvent, NetworkPort, PeerPath } from '@sotto/engine'
import { addressKind } from './addresses.ts'
import { circuitReservations, type CircuitReservations } from './circuit-reservations.ts'
import { FilteredGossip } from './filtered-gossip.ts'
import { LineWatch } from './line-watch.ts'
import { startLibp2pNode } from './libp2p-node.ts'
import { Peers } from './peers.ts'
import { RelayLink } from './relay-link.ts'
import { type TurnServers, stunServers, turnServers } from './ice-servers.ts'
import { DEFAULT_TIMING, type NetworkTiming } from './timing.ts'

export interface Libp2pNetworkOptions {
  /** ICE servers of our own choice. Default: none, so that no third party is contacted. */
  readonly rtcConfiguration?: RTCConfiguration
  /** False if the platform has no WebRTC: everything stays on circuits. Default: true. */
  readonly webRTC?: boolean
  readonly timing?: Partial<NetworkTiming>
}

/** One libp2p connection, for tests and diagnosis. Holds no address. */
export interface ConnectionDescription {
  readonly peer: string
  readonly path: PeerPath
  /** Not through a relay. */
  readonly direct: boolean
  /** A relay limits it. */
  readonly limited: boolean
  readonly kind: 'webrtc' | 'circuit' | 'websocket' | 'other'
  /** The peer's frames run on it. */
  readonly carriesFrames: boolean
}

/** The port, with a view of its connections. */
export interface Libp2pNetwork extends NetworkPort {
  readonly describeConnections: () => readonly ConnectionDescription[]
}

export function createLibp2pNetwork(options: Libp2pNetworkOptions = {}): Libp2pNetwork {
  return new Network(options)
}

class Network implements Libp2pNetwork {
  readonly #options: Libp2pNetworkOptions
  readonly #timing: NetworkTiming
  readonly #relays = new Map<string, RelayLink>()
  /** UDP ports of the relays' STUN servers, by address. */
  readonly #stunPorts = new Map<string, number>()
  /** What the relays' operators name besides, by the relay's address. */
  readonly #turn = new Map<string, TurnServers>()
  readonly #gossip: FilteredGossip
  readonly #reservations: CircuitReservations
  #node: Libp2p | undefined
  #peers: Peers | undefined
  #lines: LineWatch | undefined
  #ticker: ReturnType<typeof setInterval> | undefined
  #deliver: (event: NetworkEvent) => void = () => {}

  constructor(options: Libp2pNetworkOptions) {
    this.#options = options
    this.#timing = { ...DEFAULT_TIMING, ...options.timing }
    this.#reservations = circuitReservations(this.#timing.openMs)
    this.#gossip = new FilteredGossip({
      received: (topic, data) => this.#deliver({ kind: 'gossipReceived', topic, data }),
      isRelay: (peer) => this.#isRelay(peer),
      directConnection: (peer) => this.#peers?.directConnection(peer),
    })
  }

  readonly start = async (deliver: (event: NetworkEvent) => void): Promise<void> => {
    this.#deliver = deliver
    const node = await startLibp2pNode({
      rtcConfiguration: () => this.#rtcConfiguration(),
      webRTC: this.#options.webRTC ?? true,
      timing: this.#timing,
      gossip: this.#gossip,
      reservations: this.#reservations,
      isRelay: (peer) => this.#isRelay(peer),
      isDirectAllowed: (peer) => this.#peers?.isDirectAllowed(peer) === true,
    })
    const lines = new LineWatch(node, this.#timing, (connection, ms) => {
      for (const relay of this.#relays.values()) relay.answered(connection, ms)
    })
    lines.start()
    this.#lines = lines
    const peers = new Peers({
      node,
      lines,
      timing: this.#timing,
      webRTC: this.#options.webRTC ?? true,
      deliver: (event) => this.#deliver(event),
      becameDirect: (connection) => this.#gossip.attach(connection),
      isRelay: (peer) => this.#isRelay(peer),
    })
    this.#deliver({ kind: 'networkStarted', ownPeer: node.peerId.toString() })
    await peers.start()
    this.#node = node
    this.#peers = peers
    this.#ticker = setInterval(() => this.#tick(peers), this.#timing.tickMs)
  }

  readonly perform = (effect: NetworkEffect): void => {
    try {
      if (this.#node !== undefined && this.#peers !== undefined) this.#perform(effect, this.#node, this.#peers)
    } catch {
      // Nothing here may stop the machine. What was not done shows in the events that do not come.
    }
  }

  readonly stop = async (): Promise<void> => {
    const [node, peers] = [this.#node, this.#peers]
    this.#node = undefined
    this.#peers = undefined
    this.#deliver = () => {}
    clearInterval(this.#ticker)
    this.#lines?.stop()
    await peers?.stop()
    for (const relay of this.#relays.values()) relay.stop()
    this.#relays.clear()
    await node?.stop()
  }

  readonly describeConnections = (): readonly ConnectionDescription[] =>
    (this.#node?.getConnections() ?? []).map((connection) => ({
      peer: connection.remotePeer.toString(),
      path: connection.direct ? 'direct' : 'relayed',
      direct: connection.direct,
      limited: connection.limits !== undefined,
      kind: addressKind(connection),
      carriesFrames: this.#peers?.connection(connection.remotePeer.toString()) === connection,
    }))

  /** For a connection that begins now. */
  #rtcConfiguration(): RTCConfiguration {
    const given = this.#options.rtcConfiguration ?? {}
    return { ...given, iceServers: [...(given.iceServers ?? []), ...stunServers(this.#stunPorts), ...turnServers(this.#turn, Date.now())] }
  }

  #perform(effect: NetworkEffect, node: Libp2p, peers: Peers): void {
    switch (effect.kind) {
      case 'connectRelay':
        this.#connectRelay(effect.relay, node)
        return
      case 'disconnectRelay':
        this.#relays.get(effect.relay)?.stop()
        this.#relays.delete(effect.relay)
        this.#stunPorts.delete(effect.relay)
        this.#turn.delete(effect.relay)
        return
      case 'useStun':
        this.#stunPorts.set(effect.relay, effect.port)
        return
      case 'useTurn':
        this.#turn.set(effect.relay, effect)
        return
      case 'sendRelayFrame':
        this.#relays.get(effect.relay)?.send(effect.frame)
        return
      case 'dialPeer':
        peers.dial(effect.peer, effect.addresses)
        return
      case 'hangUpPeer':
        peers.hangUp(effect.peer)
        return
      case 'allowDirect':
        peers.allowDirect(effect.peer, true)
        return
      case 'forbidDirect':
        peers.allowDirect(effect.peer, false)
        return
      case 'sendPeerFrame':
        peers.send(effect.peer, effect.frame)
        return
      case 'joinTopic':
        this.#gossip.join(effect.topic)
        return
      case 'leaveTopic':
        this.#gossip.leave(effect.topic)
        return
      case 'revealTopic':
        this.#gossip.reveal(effect.topic, effect.peer)
        return
      case 'publish':
        void this.#gossip.publish(effect.topic, effect.data)
        return
      default:
        effect satisfies never
    }
  }

  #connectRelay(relay: string, node: Libp2p): void {
    if (this.#relays.has(relay)) return
    const link = new RelayLink({
      node,
      relay,
      reservations: this.#reservations,
      timing: this.#timing,
      deliver: (event) => this.#deliver(event),
    })
    this.#relays.set(relay, link)
    void link.run()
  }

  #isRelay(peer: string): boolean {
    return [...this.#relays.values()].some((relay) => relay.peer === peer)
  }

  #tick(peers: Peers): void {
    peers.tick(Date.now())
    for (const peer of peers.peers) {
      const connection = peers.directConnection(peer)
      if (connection !== undefined) this.#gossip.attach(connection)
    }
  }
}
