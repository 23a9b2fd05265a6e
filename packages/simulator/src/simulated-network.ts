/**
 * The network between simulated peers, in terms of `NetworkEvent` and `NetworkEffect`: streams that keep order and
 * break, relays that restart, lie and may lose their disks, partitions, and gossip that loses, duplicates and reorders.
 */
import type { NetworkEffect } from '@sotto/core'
import type { Primitives } from '@sotto/crypto/primitives'
import type { AdmissionRule, RelayDelivery, ServerLimits } from '@sotto/mailbox'
import { splitAdmission } from '@sotto/wire'
import type { RunCounts } from './counts.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { SimulatedPeer } from './simulated-peer.ts'
import { SimulatedRelay } from './simulated-relay.ts'
import type { VirtualTime } from './virtual-time.ts'

interface Link {
  readonly a: SimulatedPeer
  readonly b: SimulatedPeer
  path: 'relayed' | 'direct'
  open: boolean
  /** Those of the two that let the other learn their addresses. */
  readonly allowedBy: Set<SimulatedPeer>
  /** Not before this time: frames keep their order. */
  readyMs: number
}

interface Stream {
  readonly peer: SimulatedPeer
  readonly relay: SimulatedRelay
  /** As the peer names it. */
  readonly address: string
  readyMs: number
}

/** Something that crossed the network, kept for a peer that wants to send it again. */
export type Overheard =
  | { readonly kind: 'gossip'; readonly by: SimulatedPeer; readonly topic: string; readonly data: Uint8Array }
  | { readonly kind: 'frame'; readonly by: SimulatedPeer; readonly frame: Uint8Array }

/** One connection to a relay, without a machine behind it. */
export interface RawStream {
  readonly relayPeer: string
  readonly clientPeer: string
  /** What the relay says first. */
  readonly greeting: readonly Uint8Array[]
  readonly say: (frame: Uint8Array) => readonly Uint8Array[]
  readonly close: () => void
}

/** How much overheard traffic is remembered. */
const OVERHEARD = 400
/** Streams of a laptop whose lid is closed end after this. */
const LID_STREAMS_MS = 30_000
/** Pings find out that a relay hangs after this (`line-watch.ts` of the transport): the first goes after 3 s and is waited for 10 s. */
const HANGING_STREAMS_MS = 13_000

export class SimulatedNetwork {
  /** Faults end when the world heals. */
  isRough = true
  readonly relays: readonly SimulatedRelay[]
  /** Newest last. An adversary sends again only what came to itself. */
  readonly overheard: { readonly to: SimulatedPeer; readonly what: Overheard }[] = []
  readonly #counts: RunCounts
  readonly #time: VirtualTime
  readonly #random: SeededRandom
  #nextConnection = 1
  readonly #streams = new Map<number, Stream>()
  readonly #wanted = new Map<SimulatedPeer, Set<string>>()
  #links: Link[] = []
  readonly #topics = new Map<SimulatedPeer, Set<string>>()
  readonly #revealed = new Map<SimulatedPeer, Set<string>>()
  readonly #everAllowed = new Map<SimulatedPeer, Set<string>>()
  #isApart = false
  readonly #peers: readonly SimulatedPeer[]
  /** The side of a partition that each peer and relay is on. Empty without a partition. */
  #sides: ReadonlyMap<SimulatedPeer | SimulatedRelay, number> = new Map()

  constructor(options: {
    time: VirtualTime
    random: SeededRandom
    primitives: Primitives
    peers: readonly SimulatedPeer[]
    relays: number
    /** What relays allow, where that is not the default. */
    relayLimits?: Partial<ServerLimits>
    /** How relays know who may use them; nothing: they are open to everybody. */
    admission?: AdmissionRule
    counts: RunCounts
  }) {
    this.#time = options.time
    this.#random = options.random
    this.#peers = options.peers
    this.#counts = options.counts
    this.relays = Array.from({ length: options.relays }, (_, i) => new SimulatedRelay(i, options))
  }

  perform(peer: SimulatedPeer, effect: NetworkEffect): void {
    switch (effect.kind) {
      case 'connectRelay': {
        setOf(this.#wanted, peer).add(effect.relay)
        const relay = this.#relayAt(effect.relay)
        return relay === undefined ? undefined : this.#connectSoon(peer, relay, effect.relay)
      }
      case 'disconnectRelay':
        setOf(this.#wanted, peer).delete(effect.relay)
        return this.#endStreams(({ peer: whose, address }) => whose === peer && address === effect.relay)
      case 'useStun':
      case 'useTurn':
        return
      case 'sendRelayFrame':
        return this.#sendToRelay(peer, effect.relay, effect.frame)
      case 'dialPeer':
        return this.#isApart ? undefined : this.#dial(peer, effect.peer)
      case 'hangUpPeer':
        for (const link of this.#linksOf(peer)) if (otherOf(link, peer).peerId === effect.peer) this.#close(link)
        return
      case 'allowDirect':
      case 'forbidDirect':
        return this.#allowDirect(peer, effect.peer, effect.kind === 'allowDirect')
      case 'sendPeerFrame':
        return this.#sendToPeer(peer, effect.peer, effect.frame)
      case 'joinTopic':
        setOf(this.#topics, peer).add(effect.topic)
        return
      case 'leaveTopic':
        setOf(this.#topics, peer).delete(effect.topic)
        return
      case 'revealTopic':
        setOf(this.#revealed, peer).add(`${effect.topic} ${effect.peer}`)
        return
      case 'publish':
        return this.#publish(peer, effect.topic, effect.data)
    }
  }

  /** A client with a changed program: it says what it likes, and has the answers at once. undefined: the relay cannot be reached. */
  openRaw(peer: SimulatedPeer, address: string): RawStream | undefined {
    const relay = this.#relayAt(address)
    if (relay === undefined || !relay.isUp || !this.#reaches(peer, relay)) return undefined
    const connection = this.#nextConnection++
    const clientPeer = `${peer.peerId}-raw`
    const own = (deliveries: readonly RelayDelivery[]): readonly Uint8Array[] => {
      this.#hand(deliveries.filter((each) => each.connection !== connection))
      return deliveries.flatMap((each) => (each.connection === connection && each.kind === 'frame' ? [each.frame] : []))
    }
    const greeting = own(relay.connect(connection, clientPeer, peer.name, this.#time.nowMs()))
    return {
      relayPeer: relay.peerId,
      clientPeer,
      greeting,
      say: (frame) => own(relay.receive(connection, frame, this.#time.nowMs())),
      close: () => relay.disconnect(connection),
    }
  }

  /** Until it is called again with `false`, nobody connects to anybody but relays. */
  keepApart(isApart: boolean): void {
    this.#isApart = isApart
    if (isApart) for (const link of this.#links) if (link.open) this.#close(link)
  }

  /** A peer is gone: its streams end, and others notice after a while. */
  died(peer: SimulatedPeer): void {
    for (const [connection, stream] of this.#streams) if (stream.peer === peer) this.#forgetStream(connection)
    this.#wanted.delete(peer)
    this.#topics.delete(peer)
    this.#revealed.delete(peer)
    for (const link of this.#linksOf(peer)) this.#close(link, this.#random.between(100, 4_000))
  }

  dropRelayStream(peer: SimulatedPeer, number: number): void {
    const relay = this.relays[number]
    this.#counts.disconnects++
    this.#endStreams((stream) => stream.peer === peer && stream.relay === relay)
  }

  dropLink(): void {
    const open = this.#links.filter((link) => link.open)
    if (open.length === 0) return
    this.#counts.disconnects++
    this.#close(this.#random.pick(open))
  }

  /** A relay ends and comes back after a while, with or without what it stored. */
  restartRelay(number: number, awayMs: number, isWiped: boolean): void {
    const relay = this.relays[number]
    if (relay === undefined || !relay.isUp) return
    relay.isUp = false
    this.#counts.relayRestarts++
    if (isWiped) this.#counts.relayWipes++
    this.#endStreams((stream) => stream.relay === relay)
    for (const link of this.#links) if (link.open && link.path === 'relayed') this.#close(link)
    relay.restart(isWiped)
    this.#time.after(awayMs, () => {
      relay.isUp = !relay.isDead
    })
  }

  /** A relay ends, and never comes back. */
  killRelay(number: number): void {
    const relay = this.relays[number]
    if (relay === undefined || relay.isDead) return
    relay.isUp = false
    relay.isDead = true
    this.#counts.relayDeaths++
    this.#endStreams((stream) => stream.relay === relay)
    for (const link of this.#links) if (link.open && link.path === 'relayed') this.#close(link)
  }

  /**
   * A relay hangs: it says nothing, and reads nothing, until the returned function is called. Its streams stay until pings find out. What
   * was on the way by then is read when it goes on, as by a process that was stopped.
   */
  hangRelay(number: number): () => void {
    const relay = this.relays[number]
    if (relay === undefined || relay.isHanging) return () => {}
    const sinceMs = this.#time.nowMs()
    relay.hangsSinceMs = sinceMs
    this.#time.after(HANGING_STREAMS_MS, () => {
      if (relay.hangsSinceMs === sinceMs) this.#endStreams((stream) => stream.relay === relay)
    })
    return () => this.#goOn(relay)
  }

  /** No relay hangs any more. */
  goOn(): void {
    for (const relay of this.relays) this.#goOn(relay)
  }

  #goOn(relay: SimulatedRelay): void {
    relay.hangsSinceMs = null
    for (const hand of relay.unread.splice(0)) hand()
  }

  /** Cuts the world in two until `heal`: nothing crosses, and with `splitsRelays` each relay is on one side only. */
  partition(side: readonly SimulatedPeer[], splitsRelays: boolean): void {
    this.#counts.partitions++
    const sides = new Map<SimulatedPeer | SimulatedRelay, number>(this.#peers.map((peer) => [peer, side.includes(peer) ? 1 : 0]))
    if (splitsRelays) for (const [i, relay] of this.relays.entries()) sides.set(relay, i % 2)
    this.#sides = sides
    for (const link of this.#links) if (!this.#reaches(link.a, link.b)) this.#close(link, this.#random.between(100, 4_000))
    this.#endStreams(({ peer, relay }) => !this.#reaches(peer, relay))
  }

  heal(): void {
    this.#sides = new Map()
  }

  /** Every relay is honest again. */
  behave(): void {
    for (const relay of this.relays) this.#hand(relay.behave())
  }

  /** The lid of a laptop closed: its streams end unless it opens soon. */
  lidClosed(peer: SimulatedPeer): void {
    this.#time.after(LID_STREAMS_MS, () => {
      if (!peer.isFrozen) return
      this.#endStreams((stream) => stream.peer === peer)
      for (const link of this.#linksOf(peer)) this.#close(link)
    })
  }

  /** Peer ids that a peer is connected to. */
  peersOf(peer: SimulatedPeer): readonly string[] {
    return this.#linksOf(peer).map((link) => otherOf(link, peer).peerId)
  }

  /** Peer ids that a peer ever let learn its addresses. */
  everAllowedBy(peer: SimulatedPeer): readonly string[] {
    return [...setOf(this.#everAllowed, peer)]
  }

  /** Those that it does now. */
  allowedBy(peer: SimulatedPeer): readonly string[] {
    return this.#linksOf(peer).flatMap((link) => (link.allowedBy.has(peer) ? [otherOf(link, peer).peerId] : []))
  }

  get lies(): number {
    return this.relays.reduce((sum, relay) => sum + relay.lies, 0)
  }

  #relayAt(address: string): SimulatedRelay | undefined {
    return this.relays.find((each) => each.address === splitAdmission(address).address)
  }

  #reaches(a: SimulatedPeer | SimulatedRelay, b: SimulatedPeer | SimulatedRelay): boolean {
    const [sideA, sideB] = [this.#sides.get(a), this.#sides.get(b)]
    return sideA === undefined || sideB === undefined || sideA === sideB
  }

  #streamOf(peer: SimulatedPeer, address: string): number | undefined {
    for (const [connection, stream] of this.#streams) if (stream.peer === peer && stream.address === address) return connection
    return undefined
  }

  #connectSoon(peer: SimulatedPeer, relay: SimulatedRelay, address: string): void {
    const life = peer.peerId
    this.#time.after(this.#random.between(5, 300), () => {
      if (!peer.alive || peer.peerId !== life || !setOf(this.#wanted, peer).has(address) || this.#streamOf(peer, address) !== undefined) return
      if (!relay.isUp || relay.isHanging || peer.isFrozen || !this.#reaches(peer, relay))
        return void this.#time.after(700, () => this.#connectSoon(peer, relay, address))
      const connection = this.#nextConnection++
      this.#streams.set(connection, { peer, relay, address, readyMs: 0 })
      peer.deliver({
        kind: 'relayOpened',
        relay: address,
        relayPeer: relay.peerId,
        ownAddresses: [`${relay.address}/p2p-circuit/webrtc/p2p/${peer.peerId}`],
      })
      this.#hand(relay.connect(connection, peer.peerId, peer.name, this.#time.nowMs()))
    })
  }

  #endStreams(which: (stream: Stream) => boolean): void {
    for (const [connection, stream] of this.#streams) {
      if (!which(stream)) continue
      this.#forgetStream(connection)
      stream.peer.deliver({ kind: 'relayClosed', relay: stream.address })
      this.#connectSoon(stream.peer, stream.relay, stream.address)
    }
  }

  #forgetStream(connection: number): void {
    this.#streams.get(connection)?.relay.disconnect(connection)
    this.#streams.delete(connection)
  }

  #sendToRelay(peer: SimulatedPeer, address: string, frame: Uint8Array): void {
    const connection = this.#streamOf(peer, address)
    const relay = this.#relayAt(address)
    if (connection === undefined || relay === undefined) return
    const hand = (): void => {
      if (relay.isHanging) relay.unread.push(hand)
      else this.#hand(relay.receive(connection, frame, this.#time.nowMs()))
    }
    // It has stopped by now: its last words.
    if (!peer.alive) hand()
    else this.#inOrder(connection, hand)
  }

  #hand(deliveries: readonly RelayDelivery[]): void {
    for (const delivery of deliveries) {
      const { connection } = delivery
      const stream = this.#streams.get(connection)
      if (stream === undefined) continue
      if (delivery.kind === 'hangUp') this.#endStreams((each) => each === stream)
      else this.#inOrder(connection, () => stream.peer.deliver({ kind: 'relayFrameReceived', relay: stream.address, frame: delivery.frame }))
    }
  }

  /** After a delay, and after earlier frames on this stream. Lost if the stream ends meanwhile. */
  #inOrder(connection: number, act: () => void): void {
    const stream = this.#streams.get(connection)
    if (stream === undefined) return
    const atMs = Math.max(stream.readyMs, this.#time.nowMs() + this.#random.between(1, 20))
    stream.readyMs = atMs
    this.#time.after(atMs - this.#time.nowMs(), () => {
      if (this.#streams.has(connection)) act()
    })
  }

  #linksOf(peer: SimulatedPeer): readonly Link[] {
    return this.#links.filter((link) => link.open && (link.a === peer || link.b === peer))
  }

  #dial(from: SimulatedPeer, peerId: string): void {
    const life = from.peerId
    this.#time.after(this.#random.between(20, 200), () => {
      const to = this.#peers.find((each) => each.alive && each.peerId === peerId)
      if (!from.alive || from.peerId !== life || to === undefined || from.isFrozen || to.isFrozen || !this.#reaches(from, to)) return
      if (!this.relays.some((relay) => relay.isUp && this.#reaches(from, relay) && this.#reaches(to, relay))) return
      if (this.#linksOf(from).some((link) => otherOf(link, from) === to)) return
      const link: Link = { a: from, b: to, path: 'relayed', open: true, readyMs: 0, allowedBy: new Set() }
      this.#links.push(link)
      from.deliver({ kind: 'peerOpened', peer: to.peerId, path: 'relayed', initiator: true })
      to.deliver({ kind: 'peerOpened', peer: from.peerId, path: 'relayed', initiator: false })
    })
  }

  #allowDirect(by: SimulatedPeer, peerId: string, isAllowed: boolean): void {
    if (isAllowed) setOf(this.#everAllowed, by).add(peerId)
    const link = this.#linksOf(by).find((each) => otherOf(each, by).peerId === peerId)
    if (link === undefined) return
    if (isAllowed) link.allowedBy.add(by)
    else link.allowedBy.delete(by)
    if (link.allowedBy.size === 2) this.#becomeDirectSoon(link)
  }

  /** The two find a way to each other if they are lucky, and still allow it then. */
  #becomeDirectSoon(link: Link): void {
    this.#time.after(this.#random.between(50, 1_500), () => {
      if (!link.open || link.path === 'direct' || link.allowedBy.size < 2 || this.#random.chance(0.1)) return
      link.path = 'direct'
      for (const peer of [link.a, link.b]) peer.deliver({ kind: 'peerPathChanged', peer: otherOf(link, peer).peerId, path: 'direct' })
    })
  }

  #close(link: Link, noticedMs = 0): void {
    if (!link.open) return
    link.open = false
    this.#links = this.#links.filter((each) => each !== link)
    for (const [peer, other] of [
      [link.a, link.b.peerId],
      [link.b, link.a.peerId],
    ] as const) {
      const revealed = setOf(this.#revealed, peer)
      for (const each of revealed) if (each.endsWith(` ${other}`)) revealed.delete(each)
      const life = peer.peerId
      this.#time.after(noticedMs, () => {
        if (peer.alive && peer.peerId === life) peer.deliver({ kind: 'peerClosed', peer: other })
      })
    }
  }

  #sendToPeer(from: SimulatedPeer, peerId: string, frame: Uint8Array): void {
    const link = this.#linksOf(from).find((each) => otherOf(each, from).peerId === peerId)
    if (link === undefined) return
    const to = otherOf(link, from)
    const sender = from.peerId
    const atMs = Math.max(link.readyMs, this.#time.nowMs() + this.#random.between(1, 15))
    link.readyMs = atMs
    this.#time.after(atMs - this.#time.nowMs(), () => {
      if (!link.open || !to.alive) return
      this.#hear(to, { kind: 'frame', by: from, frame })
      to.deliver({ kind: 'peerFrameReceived', peer: sender, frame })
    })
  }

  #hear(to: SimulatedPeer, what: Overheard): void {
    this.overheard.push({ to, what })
    if (this.overheard.length > 2 * OVERHEARD) this.overheard.splice(0, OVERHEARD)
  }

  #publish(from: SimulatedPeer, topic: string, data: Uint8Array): void {
    for (const link of this.#linksOf(from)) {
      const to = otherOf(link, from)
      const knowEachOther = setOf(this.#revealed, from).has(`${topic} ${to.peerId}`) && setOf(this.#revealed, to).has(`${topic} ${from.peerId}`)
      if (link.path !== 'direct' || !knowEachOther || !setOf(this.#topics, to).has(topic)) continue
      if (this.isRough && this.#random.chance(0.1)) {
        this.#counts.drops++
        continue
      }
      const copies = this.isRough && this.#random.chance(0.1) ? 2 : 1
      this.#counts.duplicates += copies - 1
      this.#hear(to, { kind: 'gossip', by: from, topic, data })
      for (let copy = 0; copy < copies; copy++) {
        this.#time.after(this.#random.between(1, this.isRough ? 400 : 20), () => to.deliver({ kind: 'gossipReceived', topic, data }))
      }
    }
  }
}

const otherOf = (link: Link, peer: SimulatedPeer): SimulatedPeer => (link.a === peer ? link.b : link.a)

function setOf(map: Map<SimulatedPeer, Set<string>>, peer: SimulatedPeer): Set<string> {
  let set = map.get(peer)
  if (set === undefined) {
    set = new Set()
    map.set(peer, set)
  }
  return set
}
