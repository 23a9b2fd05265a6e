/**
 * A peer of the simulated world: the unchanged core, driven through the loop's own `turn`, on a disk in memory. It can
 * die between any two actions of a turn, and start again from what its disk kept.
 */
import {
  type Core,
  createCore,
  type Effect,
  type EngineReply,
  type EngineRequest,
  type Event,
  type MachineOptions,
  type NetworkEffect,
  type State,
} from '@sotto/core'
import { Transaction } from '@sotto/core/inside'
import type { Primitives } from '@sotto/crypto/primitives'
import { createMemoryStorage, EventQueue, type MemoryDurability, type MemoryStorage, type RowCipher, StorageDamaged, turn, type Writes } from '@sotto/engine'
import { doneByDisk, emptyChunks, isChunkEffect } from './chunk-disk.ts'
import { leavesBy } from './leaves-by.ts'
import { sealedDisk, type SealedDisk } from './sealed-disk.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { VirtualTime } from './virtual-time.ts'

export interface PeerWatch {
  /** Network effects leave here. */
  readonly network: (peer: SimulatedPeer, effect: NetworkEffect) => void
  /** A turn's writes are on the disk. `state` is the state after the turn. */
  readonly committed: (peer: SimulatedPeer, writes: Writes) => void
  /** The peer is gone: connections end. `lost` commits were undone by the crash. */
  readonly died: (peer: SimulatedPeer, lost: number) => void
  readonly stopped: (peer: SimulatedPeer) => void
  readonly started: (peer: SimulatedPeer) => void
  /** Its disk holds other rows than it wrote last: it did not start. */
  readonly damaged?: (peer: SimulatedPeer) => void
  readonly fault: (peer: SimulatedPeer, fault: unknown) => void
}

/** So few that relays run out of them. */
const ONE_TIME_PRE_KEYS = 10

export class SimulatedPeer {
  readonly name: string
  /** libp2p peer id of this life. */
  peerId = ''
  alive = false
  state: State = null
  readonly #idsBeginWith: string
  readonly #core: Core
  readonly #time: VirtualTime
  /** The world's. The core draws from a stream of its own: one draw more or less there leaves the world unchanged. */
  readonly #random: SeededRandom
  readonly #watch: PeerWatch
  /** By how much its clock is wrong. A person or a time server may put it right. */
  skewMs: number
  #storage: MemoryStorage | SealedDisk
  readonly chunks = emptyChunks()
  #queue = new EventQueue()
  #draining = false
  #life = 0
  #cancelWake: () => void = () => {}
  readonly #waiting = new Map<string, (reply: EngineReply) => void>()
  /** The lid is closed: nothing runs until `thaw`. */
  isFrozen = false
  /** Actions until the next crash in the middle of a turn; null: none is planned. */
  dieAfterActions: number | null = null

  constructor(
    name: string,
    options: {
      primitives: Primitives
      random: SeededRandom
      ownRandom: SeededRandom
      time: VirtualTime
      watch: PeerWatch
      durability: MemoryDurability
      skewMs: number
      /** Its disk is sealed with this; absent: it is in clear, which costs nothing. */
      cipher?: RowCipher | undefined
      /** What its peer ids begin with; absent: its name. */
      idsBeginWith?: string
      /** Group ciphers to use in place of those of this version. */
      machine?: Pick<MachineOptions, 'ciphers' | 'newGroupCipher'>
    },
  ) {
    this.name = name
    this.#idsBeginWith = options.idsBeginWith ?? name
    this.#random = options.random
    this.#time = options.time
    this.#watch = options.watch
    this.skewMs = options.skewMs
    this.#core = createCore({ primitives: options.primitives, random: options.ownRandom.bytes }, { oneTimePreKeys: ONE_TIME_PRE_KEYS, ...options.machine })
    const disk = createMemoryStorage({ durability: options.durability, copies: false })
    this.#storage = options.cipher === undefined ? disk : sealedDisk(options.cipher, disk)
  }

  view(): ReturnType<Core['viewOf']> {
    return this.#core.viewOf(this.state)
  }

  /** Creates the profile on the empty disk. `called`: the name of its profile, where that is not its own. */
  signUp(relays: readonly string[], called = this.name): void {
    const made = this.#core.createProfile(called, relays, this.#nowMs())
    this.#storage.commitNow(made.writes)
    this.#storage.sync()
  }

  /** Where its disk holds other rows than it wrote last, it says so and does not start (PROTOCOL §9.8). */
  start(): void {
    if (this.alive) return
    const rows = this.#rowsAtStart()
    if (rows === null) return this.#watch.damaged?.(this)
    this.alive = true
    this.#life++
    this.#draining = false
    this.peerId = `${this.#idsBeginWith}-${this.#life}`
    this.state = this.#core.load(rows).state
    this.#watch.started(this)
    this.deliver({ kind: 'started' })
    this.deliver({ kind: 'networkStarted', ownPeer: this.peerId })
  }

  #rowsAtStart(): ReadonlyMap<string, Uint8Array> | null {
    try {
      return this.#storage.loadNow()
    } catch (error) {
      if (error instanceof StorageDamaged) return null
      throw error
    }
  }

  #end(): void {
    this.alive = false
    this.isFrozen = false
    this.#queue = new EventQueue()
    this.#cancelWake()
    this.#waiting.clear()
    this.dieAfterActions = null
  }

  /** Dies at once, between two turns. */
  die(): void {
    if (!this.alive) return
    this.#end()
    const lost = this.#storage.unsyncedCommits() === 0 ? 0 : this.#random.below(this.#storage.unsyncedCommits() + 1)
    this.#storage = this.#storage.crash(lost)
    this.#watch.died(this, lost)
  }

  /** The disk writes everything that was committed. */
  syncDisk(): void {
    this.#storage.sync()
  }

  deliver(event: Event): void {
    if (!this.alive) return
    this.#queue.put(event)
    this.#drainSoon()
  }

  #drainSoon(): void {
    if (this.#draining) return
    this.#draining = true
    const life = this.#life
    this.#time.after(this.#random.below(4), () => {
      if (life !== this.#life) return
      this.#draining = false
      if (this.alive && !this.isFrozen) this.#drain()
    })
  }

  /** Ends cleanly: the machine records that on the disk before it goes. */
  stop(): void {
    if (!this.alive) return
    const { state, writes, effects } = this.#core.step(this.state, { kind: 'stopping' }, this.#nowMs())
    this.state = state
    this.#storage.commitNow(writes)
    this.#storage.sync()
    this.#end()
    // What it says last leaves before its connections end.
    for (const effect of effects) if (effect.kind === 'sendRelayFrame' || effect.kind === 'publish') this.#watch.network(this, effect)
    this.#watch.stopped(this)
  }

  /** Keeps only the disk of a stopped peer until it starts: a thousand states are too much for one machine. */
  unload(): void {
    if (!this.alive) this.state = null
  }

  freeze(): void {
    this.isFrozen = true
  }

  thaw(): void {
    if (!this.isFrozen) return
    this.isFrozen = false
    if (this.#queue.length > 0) this.#drainSoon()
  }

  /** Changes the state behind the machine's back (a changed program), and lets it act on that. */
  tamper(change: (transaction: Transaction) => void): void {
    if (!this.alive) return
    const transaction = new Transaction(this.state)
    change(transaction)
    this.state = transaction.state
    this.deliver({ kind: 'woke' })
  }

  request(what: EngineRequest, answered: (reply: EngineReply) => void = () => {}): void {
    const id = `${this.name}-${this.#time.nowMs()}-${this.#waiting.size}-${this.#random.below(2 ** 30)}`
    this.#waiting.set(id, answered)
    this.deliver({ kind: 'requested', request: id, what })
  }

  /** What would leave, or wait to leave, at once if the person asked for this, and would not if it asked for nothing. Nothing happens. */
  sentAtOnce(what: EngineRequest): readonly string[] {
    const leaving = (asked: EngineRequest): readonly string[] =>
      leavesBy(this.#core.step(this.state, { kind: 'requested', request: '', what: asked }, this.#nowMs()))
    const anyway = leaving({ kind: 'setPinned', group: '', isPinned: true })
    return leaving(what).filter((each) => !anyway.includes(each))
  }

  /** Texts of a group's conversation in their order, newest last, from the disk. */
  readHistory(history: string) {
    return this.#storage.readHistoryNow({ kind: 'page', history, beyond: null, direction: 'newer', limit: 100_000 })
  }

  readNewest(history: string, limit: number) {
    return this.#storage.readHistoryNow({ kind: 'page', history, beyond: null, direction: 'older', limit })
  }

  /** What a person sees and can write who has the disk and no key; null: the disk is not sealed. */
  get sealedRows(): MemoryStorage | null {
    return 'underneath' in this.#storage ? this.#storage.underneath : null
  }

  diskRows(): ReadonlyMap<string, Uint8Array> {
    return this.#storage.loadNow()
  }

  #nowMs(): number {
    return this.#time.nowMs() + this.skewMs
  }

  #drain(): void {
    const most = this.#random.between(1, 8)
    try {
      const folding = turn(
        this.#core,
        this.state,
        this.#queue.taken(() => this.#nowMs()),
        (events) => events >= most,
      )
      let next = folding.next()
      for (; next.done !== true; next = folding.next()) {
        if (this.dieAfterActions !== null && this.dieAfterActions-- <= 0) return this.die()
        // The loop would continue without it. Here no step may throw, whatever arrived.
        if (next.value.kind === 'report') throw next.value.fault
        if (next.value.kind === 'commit') {
          this.#storage.commitNow(next.value.writes)
          this.#watch.committed(this, next.value.writes)
        } else {
          this.#perform(next.value.effect)
        }
      }
      this.state = next.value.state
    } catch (fault) {
      this.#watch.fault(this, fault)
      return this.die()
    }
    if (this.#queue.length > 0) this.#drainSoon()
  }

  #perform(effect: Effect): void {
    const life = this.#life
    const later = (delayMs: number, event: Event): (() => void) =>
      this.#time.after(delayMs, () => {
        if (this.alive && life === this.#life) this.deliver(event)
      })
    switch (effect.kind) {
      case 'reply':
        this.#waiting.get(effect.request)?.(effect.reply)
        this.#waiting.delete(effect.request)
        return
      case 'readHistory':
        later(this.#random.below(5), { kind: 'historyRead', read: effect.read, records: this.#storage.readHistoryNow(effect.query) })
        return
      case 'wakeAt':
        this.#cancelWake()
        this.#cancelWake = later(effect.atMs - this.#nowMs(), { kind: 'woke' })
        return
      case 'renewRows':
        later(this.#random.below(60_000), { kind: 'rowsRenewed', number: effect.number })
        return
      default:
        if (isChunkEffect(effect)) return doneByDisk(this.chunks, effect, this.state, (event) => void later(1, event))
        this.#watch.network(this, effect)
    }
  }
}
