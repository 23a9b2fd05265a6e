/**
 * The network between simulated peers, in the words of `NetworkEvent` and `NetworkEffect`: streams that keep order and
 * break, a relay that restarts and may lose its disk, and gossip that loses, doubles and reorders.
 */
import type { NetworkEffect } from '@sotto/core'
import type { Primitives } from '@sotto/crypto/primitives'
import { createMemoryRelay, type MemoryRelay, type RelayDelivery } from '@sotto/mailbox'
import type { SeededRandom } from './seeded-random.ts'
import type { SimulatedPeer } from './simulated-peer.ts'
import type { VirtualTime } from './virtual-time.ts'

export const RELAY = '/ip4/127.0.0.1/tcp/4001/ws/p2p/12D3KooWSimulatedRelaySimulatedRelaySimulatedRe'

export interface NetworkCounts {
  drops: number
  duplicates: number
  disconnects: number
  relayRestarts: number
  relayWipes: number
}

interface Link {
  readonly a: SimulatedPeer
  readonly b: SimulatedPeer
  path: 'relayed' | 'direct'
  open: boolean
  /** Not before this time: frames keep their order. */
  readyMs: number
}

export class SimulatedNetwork {
  readonly counts: NetworkCounts = { drops: 0, duplicates: 0, disconnects: 0, relayRestarts: 0, relayWipes: 0 }
  /** Chaos ends when the world heals. */
  isRough = true
  readonly #time: VirtualTime
  readonly #random: SeededRandom
  readonly #relay: MemoryRelay
  #relayUp = true
  #nextConnection = 1
  readonly #streams = new Map<number, { readonly peer: SimulatedPeer; readonly life: string; readyMs: number }>()
  readonly #connectionOf = new Map<SimulatedPeer, number>()
  readonly #wanted = new Set<SimulatedPeer>()
  readonly #links: Link[] = []
  readonly #topics = new Map<SimulatedPeer, Set<string>>()
  readonly #revealed = new Map<SimulatedPeer, Set<string>>()
  readonly #peers: readonly SimulatedPeer[]

  constructor(options: { time: VirtualTime; random: SeededRandom; primitives: Primitives; peers: readonly SimulatedPeer[] }) {
    this.#time = options.time
    this.#random = options.random
    this.#peers = options.peers
    this.#relay = createMemoryRelay({ primitives: options.primitives, randomBytes: options.random.bytes, relayPeer: 'relay' })
  }

  perform(peer: SimulatedPeer, effect: NetworkEffect): void {
    switch (effect.kind) {
      case 'connectRelay':
        this.#wanted.add(peer)
        return this.#connectSoon(peer)
      case 'disconnectRelay':
        this.#wanted.delete(peer)
        return this.dropRelayStream(peer)
      case 'sendRelayFrame':
        return this.#sendToRelay(peer, effect.frame)
      case 'dialPeer':
        return this.#dial(peer, effect.peer)
      case 'hangUpPeer':
        for (const link of this.#linksOf(peer)) if (otherOf(link, peer).peerId === effect.peer) this.#close(link)
        return
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

  /** A peer is gone: its streams end, others notice after a while. */
  died(peer: SimulatedPeer): void {
    const connection = this.#connectionOf.get(peer)
    if (connection !== undefined) this.#forgetStream(connection)
    this.#wanted.delete(peer)
    this.#topics.delete(peer)
    this.#revealed.delete(peer)
    for (const link of this.#linksOf(peer)) this.#close(link, this.#random.between(100, 4_000))
  }

  dropRelayStream(peer: SimulatedPeer): void {
    const connection = this.#connectionOf.get(peer)
    if (connection === undefined) return
    this.#forgetStream(connection)
    this.counts.disconnects++
    peer.deliver({ kind: 'relayClosed', relay: RELAY })
    this.#connectSoon(peer)
  }

  dropLink(): void {
    const open = this.#links.filter((link) => link.open)
    if (open.length === 0) return
    this.counts.disconnects++
    this.#close(this.#random.pick(open))
  }

  /** The relay ends and comes back after a while, with or without what it stored. */
  restartRelay(awayMs: number, isWiped: boolean): void {
    if (!this.#relayUp) return
    this.#relayUp = false
    this.counts.relayRestarts++
    if (isWiped) this.counts.relayWipes++
    for (const [connection, { peer }] of this.#streams) {
      this.#forgetStream(connection)
      peer.deliver({ kind: 'relayClosed', relay: RELAY })
      this.#connectSoon(peer)
    }
    for (const link of this.#links) if (link.open && link.path === 'relayed') this.#close(link)
    if (isWiped) this.#relay.wipe()
    else this.#relay.restart()
    this.#time.after(awayMs, () => {
      this.#relayUp = true
    })
  }

  #connectSoon(peer: SimulatedPeer): void {
    const life = peer.peerId
    this.#time.after(this.#random.between(5, 300), () => {
      if (!peer.alive || peer.peerId !== life || !this.#wanted.has(peer) || this.#connectionOf.has(peer)) return
      if (!this.#relayUp) return this.#connectSoon(peer)
      const connection = this.#nextConnection++
      this.#streams.set(connection, { peer, life, readyMs: 0 })
      this.#connectionOf.set(peer, connection)
      peer.deliver({ kind: 'relayOpened', relay: RELAY, relayPeer: 'relay', ownAddresses: [`${RELAY}/p2p-circuit/webrtc/p2p/${peer.peerId}`] })
      this.#hand(this.#relay.connect(connection, peer.peerId, `host-${peer.name}`, this.#time.nowMs()))
    })
  }

  #forgetStream(connection: number): void {
    const stream = this.#streams.get(connection)
    this.#streams.delete(connection)
    if (stream !== undefined && this.#connectionOf.get(stream.peer) === connection) this.#connectionOf.delete(stream.peer)
    this.#relay.disconnect(connection)
  }

  #sendToRelay(peer: SimulatedPeer, frame: Uint8Array): void {
    const connection = this.#connectionOf.get(peer)
    if (connection === undefined) return
    this.#inOrder(connection, () => this.#hand(this.#relay.receive(connection, frame, this.#time.nowMs())))
  }

  #hand(deliveries: readonly RelayDelivery[]): void {
    for (const delivery of deliveries) {
      const stream = this.#streams.get(delivery.connection)
      if (stream === undefined) continue
      if (delivery.kind === 'hangUp') {
        this.#forgetStream(delivery.connection)
        stream.peer.deliver({ kind: 'relayClosed', relay: RELAY })
        this.#connectSoon(stream.peer)
      } else {
        this.#inOrder(delivery.connection, () => stream.peer.deliver({ kind: 'relayFrameReceived', relay: RELAY, frame: delivery.frame }))
      }
    }
  }

  /** After a delay, and after what was sent before on this stream; lost where the stream ends meanwhile. */
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
      if (!from.alive || from.peerId !== life || to === undefined || !this.#relayUp) return
      if (this.#linksOf(from).some((link) => otherOf(link, from) === to)) return
      const link: Link = { a: from, b: to, path: 'relayed', open: true, readyMs: 0 }
      this.#links.push(link)
      from.deliver({ kind: 'peerOpened', peer: to.peerId, path: 'relayed', initiator: true })
      to.deliver({ kind: 'peerOpened', peer: from.peerId, path: 'relayed', initiator: false })
      this.#time.after(this.#random.between(50, 1_500), () => {
        if (!link.open || this.#random.chance(0.1)) return
        link.path = 'direct'
        from.deliver({ kind: 'peerPathChanged', peer: to.peerId, path: 'direct' })
        to.deliver({ kind: 'peerPathChanged', peer: from.peerId, path: 'direct' })
      })
    })
  }

  #close(link: Link, noticedMs = 0): void {
    if (!link.open) return
    link.open = false
    for (const [peer, other] of [[link.a, link.b.peerId], [link.b, link.a.peerId]] as const) {
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
      if (link.open && to.alive) to.deliver({ kind: 'peerFrameReceived', peer: sender, frame })
    })
  }

  #publish(from: SimulatedPeer, topic: string, data: Uint8Array): void {
    for (const link of this.#linksOf(from)) {
      const to = otherOf(link, from)
      const knowEachOther = setOf(this.#revealed, from).has(`${topic} ${to.peerId}`) && setOf(this.#revealed, to).has(`${topic} ${from.peerId}`)
      if (link.path !== 'direct' || !knowEachOther || !setOf(this.#topics, to).has(topic)) continue
      if (this.isRough && this.#random.chance(0.1)) {
        this.counts.drops++
        continue
      }
      const copies = this.isRough && this.#random.chance(0.1) ? 2 : 1
      this.counts.duplicates += copies - 1
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
