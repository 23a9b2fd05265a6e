/**
 * gossipsub that names a topic only to peers that were revealed to each other.
 *
 * Stock gossipsub sends its whole list of subscriptions to every peer it opens a stream to, broadcasts every new
 * topic, and lets any peer that names a topic into its mesh. Here a topic and a peer belong together only after `reveal`:
 *
 * 1. Nothing that names a topic (subscription, message, GRAFT, PRUNE, IHAVE) goes to a peer it was not revealed to.
 *    Everything gossipsub sends passes one of two methods, `sendRpc` and `sendRpcInBatch`, or waits in one map,
 * 1. Nothing that names a topic (subscription, message, GRAFT, PRUNE, IHAVE) goes to a peer it was not revealed to.
 *    Everything gossipsub sends passes one of two methods, `sendRpc` and `sendRpcInBatch`, or waits in one map,
 *    `gossip`, for the next `sendRpc`: these are filtered.
 * 2. What such a peer sends about a topic is dropped before gossipsub sees it (`handleReceivedRpc`), so it gets into no
 *    mesh and no fanout. A few of its subscriptions are kept aside, and count from the moment it is revealed: the two
 *    ends prove their epoch to each other one after the other.
 * 3. We open a gossip stream only to peers that something was revealed to, over their direct connection, and move it
 *
 * This reaches into private methods of @libp2p/gossipsub 17.1, so their presence is checked when it starts, and the
 * tests beside this file pin the behaviour with a peer that records every byte.
 */
import { gossipsub, StrictNoSign } from '@libp2p/gossipsub'
import type { Connection, PeerId, Stream } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { LIMITS } from '@sotto/wire'

type Components = Parameters<ReturnType<typeof gossipsub>>[0]
type Service = ReturnType<ReturnType<typeof gossipsub>>

interface Rpc {
  readonly subscriptions: readonly { readonly subscribe?: boolean; readonly topic?: string }[]
  readonly messages: readonly { readonly topic: string }[]
  readonly control?: RpcControl
}

interface RpcControl {
  readonly ihave: readonly TopicNamed[]
  readonly iwant: readonly unknown[]
  readonly graft: readonly TopicNamed[]
  readonly prune: readonly TopicNamed[]
  readonly idontwant: readonly unknown[]
}

interface TopicNamed {
  readonly topicID?: string
}

/** The private parts of the stock class that are used here. */
interface Internals {
  readonly peers: ReadonlyMap<string, PeerId>
  readonly subscriptions: ReadonlySet<string>
  readonly streamsOutbound: Map<string, { readonly rawStream: Stream; readonly close: () => Promise<void> }>
  readonly gossip: Map<string, TopicNamed[]>
  onPeerConnected: (peer: PeerId, connection: Connection) => void
  onIncomingStream: (stream: Stream, connection: Connection) => void
  handlePeerReadStreamError: (error: Error, peer: PeerId) => void
  handleReceivedRpc: (from: PeerId, rpc: Rpc) => Promise<void>
  handleReceivedSubscription: (from: PeerId, topic: string, subscribe: boolean) => boolean
  graftOnSubscribe: (peer: string, topic: string) => boolean
  sendGraft: (peer: string, topics: readonly string[]) => void
  sendSubscriptions: (peer: string, topics: readonly string[], subscribe: boolean) => void
  sendRpc: (peer: string, rpc: Rpc) => boolean
  sendRpcInBatch: (peers: Set<string>, rpc: Rpc) => void
}

const METHODS = [
  'onPeerConnected',
  'onIncomingStream',
  'handlePeerReadStreamError',
  'handleReceivedRpc',
  'handleReceivedSubscription',
  'graftOnSubscribe',
  'sendGraft',
  'sendSubscriptions',
  'sendRpc',
  'sendRpcInBatch',
] as const

/** Topics remembered that one unrevealed peer has named to us. A guess: more groups than two people share. */
const NAMED_EARLY = 64
/** Peers remembered at once that named topics early, and per topic that were told it. */
const MOST_PEERS = 4_096
/** A message with its topic and the frame around it. */
const RPC_BYTES = 2 * LIMITS.frameBytes

export interface FilteredGossipInit {
  readonly received: (topic: string, data: Uint8Array) => void
  /** Whether this peer id is a relay of ours. */
  readonly isRelay: (peer: string) => boolean
  /** The direct connection that a peer's session runs on now. */
  readonly directConnection: (peer: string) => Connection | undefined
}

export class FilteredGossip {
  readonly #init: FilteredGossipInit
  /** Each topic to the peers it was revealed to. */
  readonly #revealed = new Map<string, Set<string>>()
  /** Each peer to the topics that it named to us before it was revealed. */
  readonly #namedEarly = new Map<string, Set<string>>()
  #service: Service | undefined
  #inner: Internals | undefined

  constructor(init: FilteredGossipInit) {
    this.#init = init
  }

  /** For libp2p's list of services. */
  readonly create = (components: Components): Service => {
    const service = gossipsub({
      globalSignaturePolicy: StrictNoSign,
      msgIdFn: async (message) => new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(message.data))),
      allowPublishToZeroTopicPeers: true,
      ignoreDuplicatePublishError: true,
      floodPublish: true,
      fallbackToFloodsub: false,
      runOnLimitedConnection: false,
      tagMeshPeers: false,
      maxInboundDataLength: RPC_BYTES,
      maxOutboundBufferSize: 64 * RPC_BYTES,
      // Peers behind one relay share the address that gossipsub takes for theirs. It would penalise the eleventh.
      scoreParams: { IPColocationFactorWeight: 0 },
    })(components)
    service.addEventListener('message', (event) => this.#init.received(event.detail.topic, event.detail.data))
    this.#service = service
    this.#inner = this.#filter(service)
    return service
  }

  join(topic: string): void {
    this.#service?.subscribe(topic)
  }

  /** Unsubscribes, which is sent only to peers that know the topic, and forgets the peers it was revealed to. */
  leave(topic: string): void {
    const told = this.#revealed.get(topic)
    this.#service?.unsubscribe(topic)
    // gossipsub writes its PRUNE some microtasks later. It may still go to the peers that know the topic.
    setTimeout(() => {
      if (this.#revealed.get(topic) === told && this.#inner?.subscriptions.has(topic) !== true) this.#revealed.delete(topic)
    }, 0)
  }

  /** From now on this peer may know that we are subscribed to the topic. */
  reveal(topic: string, peer: string): void {
    const peers = this.#revealed.get(topic) ?? new Set()
    this.#revealed.set(topic, peers)
    if (peers.has(peer)) return
    keepBounded(peers, MOST_PEERS)
    peers.add(peer)
    const connection = this.#init.directConnection(peer)
    if (connection !== undefined) this.attach(connection)
    const inner = this.#inner
    if (inner === undefined) return
    if (inner.subscriptions.has(topic) && inner.streamsOutbound.has(peer)) inner.sendSubscriptions(peer, [topic], true)
    const named = this.#namedEarly.get(peer)
    if (named?.delete(topic) === true) this.#subscribed(inner, peer, topic)
    if (named?.size === 0) this.#namedEarly.delete(peer)
  }

  /** Sends to those of the peers that share the topic. Never rejects. Resolves when it was passed on. */
  async publish(topic: string, data: Uint8Array): Promise<void> {
    try {
      await this.#service?.publish(topic, data)
    } catch {
      // Gossip is only the fast path: the mailbox is what delivers.
    }
  }

  /** Gossips over this connection from now on, if anything was revealed to its peer. Cheap if nothing changes. */
  attach(connection: Connection): void {
    const inner = this.#inner
    const peer = connection.remotePeer.toString()
    if (inner === undefined || !this.#isPeer(connection) || !this.#isRevealedAtAll(peer)) return
    const before = inner.streamsOutbound.get(peer)
    if (before !== undefined) {
      if (connection.streams.includes(before.rawStream)) return
      inner.streamsOutbound.delete(peer)
      void before.close()
    }
    inner.onPeerConnected(connection.remotePeer, connection)
  }

  #isPeer(connection: Connection): boolean {
    return connection.direct && connection.limits === undefined && !this.#init.isRelay(connection.remotePeer.toString())
  }

  #isRevealed(topic: string | undefined, peer: string): boolean {
    return topic !== undefined && this.#revealed.get(topic)?.has(peer) === true
  }

  #isRevealedAtAll(peer: string): boolean {
    return [...this.#revealed.values()].some((peers) => peers.has(peer))
  }

  #subscribed(inner: Internals, peer: string, topic: string): void {
    if (!inner.peers.has(peer) || !inner.handleReceivedSubscription(peerIdFromString(peer), topic, true)) return
    if (inner.graftOnSubscribe(peer, topic)) inner.sendGraft(peer, [topic])
  }

  #filter(service: Service): Internals {
    const inner = service as unknown as Internals
    for (const method of METHODS) {
      if (typeof inner[method] !== 'function') throw new Error(`@libp2p/gossipsub has changed: it has no ${method}`)
    }
    const stock = Object.fromEntries(METHODS.map((method) => [method, inner[method].bind(inner)])) as unknown as Pick<Internals, (typeof METHODS)[number]>
    inner.onPeerConnected = (peer, connection) => {
      if (this.#isPeer(connection) && this.#isRevealedAtAll(peer.toString())) stock.onPeerConnected(peer, connection)
    }
    inner.onIncomingStream = (stream, connection) => {
      if (this.#isPeer(connection)) stock.onIncomingStream(stream, connection)
      else stream.abort(new Error('no gossip over this connection'))
    }
    inner.handlePeerReadStreamError = (error, peer) => {
      // A stream on an older connection died. The peer itself is still connected.
      if (this.#init.directConnection(peer.toString()) === undefined) stock.handlePeerReadStreamError(error, peer)
    }
    inner.handleReceivedRpc = (from, rpc) => {
      const peer = from.toString()
      for (const { topic, subscribe } of rpc.subscriptions) {
        if (topic !== undefined && !this.#isRevealed(topic, peer)) this.#rememberEarly(peer, topic, subscribe === true)
      }
      return stock.handleReceivedRpc(from, this.#revealedPart(peer, rpc) ?? { subscriptions: [], messages: [] })
    }
    inner.sendRpc = (peer, rpc) => {
      const waiting = inner.gossip.get(peer)
      if (waiting !== undefined) {
        inner.gossip.set(
          peer,
          waiting.filter(({ topicID }) => this.#isRevealed(topicID, peer)),
        )
      }
      const part = this.#revealedPart(peer, rpc)
      return part === undefined || stock.sendRpc(peer, part)
    }
    inner.sendRpcInBatch = (peers, rpc) => {
      for (const peer of peers) inner.sendRpc(peer, rpc)
    }
    return inner
  }

  /** The part of an RPC that this peer may send or receive, or `undefined` if nothing is left. */
  #revealedPart(peer: string, rpc: Rpc): Rpc | undefined {
    const isRevealed = ({ topicID }: TopicNamed): boolean => this.#isRevealed(topicID, peer)
    const subscriptions = rpc.subscriptions.filter(({ topic }) => this.#isRevealed(topic, peer))
    const messages = rpc.messages.filter(({ topic }) => this.#isRevealed(topic, peer))
    const { control } = rpc
    if (control === undefined) return subscriptions.length + messages.length === 0 ? undefined : { subscriptions, messages }
    const kept: RpcControl = {
      ihave: control.ihave.filter(isRevealed),
      // These two name messages, not topics. Requested messages are filtered on their way out.
      iwant: control.iwant,
      idontwant: control.idontwant,
      graft: control.graft.filter(isRevealed),
      prune: control.prune.filter(isRevealed),
    }
    const controls = kept.ihave.length + kept.iwant.length + kept.idontwant.length + kept.graft.length + kept.prune.length
    return subscriptions.length + messages.length + controls === 0 ? undefined : { subscriptions, messages, control: kept }
  }

  #rememberEarly(peer: string, topic: string, subscribe: boolean): void {
    const topics = this.#namedEarly.get(peer) ?? new Set()
    if (subscribe) {
      if (topics.size >= NAMED_EARLY || topic.length > 128) return
      topics.add(topic)
      if (!this.#namedEarly.has(peer)) keepBounded(this.#namedEarly, MOST_PEERS)
      this.#namedEarly.set(peer, topics)
    } else topics.delete(topic)
  }
}

/** Drops the oldest entry of a full collection. */
function keepBounded(collection: Set<string> | Map<string, unknown>, most: number): void {
  const [oldest] = collection.keys()
  if (collection.size >= most && oldest !== undefined) collection.delete(oldest)
}
