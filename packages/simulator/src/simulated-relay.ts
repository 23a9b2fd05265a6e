/**
 * A relay of the simulated world: the real mailbox server beside a store in memory, and a liar while it is told to be. It
 * knows frames and never sessions, so it can lie only with what it sees.
 */
import type { Primitives } from '@sotto/crypto/primitives'
import { type AdmissionRule, createMemoryRelay, mailboxIdOf, type MemoryRelay, type RelayDelivery, type ServerLimits } from '@sotto/mailbox'
import { decode, encode, type MailboxAnswer, mailboxAnswer, type MailboxId, mailboxRequest, toBase64url } from '@sotto/wire'
import { Collusion } from './adversaries/collusion.ts'
import type { RelayMalice } from './plan.ts'
import type { SeededRandom } from './seeded-random.ts'

/** How many pushes a reordering relay holds back, and how many old ones a replaying relay remembers. */
const HELD_BACK = 5
const REMEMBERED = 40

export class SimulatedRelay {
  readonly address: string
  readonly peerId: string
  isUp = true
  /** It never comes back. */
  isDead = false
  /** It keeps its streams, and says nothing (`hangRelay` of the network). */
  hangsSinceMs: number | null = null
  /** What it reads when it goes on. */
  readonly unread: (() => void)[] = []
  /** Lies told. */
  lies = 0
  /** It is looked at which mailboxes are files', as it does something with them. */
  hasFiles = false
  refusesFiles = false
  spoilsFiles = false
  readonly #blobs = new Map<string, MailboxId>()
  /** Requests and handles that are about files, by connection. */
  readonly #ofBlob = new Map<string, true>()
  /** The clients that it works with, or did. */
  readonly collusions: Collusion[] = []
  readonly #random: SeededRandom
  readonly #primitives: Primitives
  readonly #relay: MemoryRelay
  readonly #malice = new Map<RelayMalice, string>()
  readonly #peerOf = new Map<number, string>()
  readonly #heldBack = new Map<number, RelayDelivery[]>()
  readonly #remembered = new Map<number, RelayDelivery[]>()
  /** The inbox that a fetch on a connection is about, by connection and request or handle. */
  readonly #inboxOf = new Map<string, string>()
  readonly #askedKeys = new Map<string, string>()
  readonly #firstKeys = new Map<string, Extract<MailboxAnswer, { readonly kind: 'keys' }>['keys']>()

  constructor(
    number: number,
    options: {
      readonly primitives: Primitives
      readonly random: SeededRandom
      readonly relayLimits?: Partial<ServerLimits>
      readonly admission?: AdmissionRule
    },
  ) {
    this.address = `/ip4/127.0.0.1/tcp/${4001 + number}/ws/p2p/12D3KooWEqtXU8YKcotpw81atHgRotr6deRpWLgSnxAAYR3MjaL${number + 1}`
    this.peerId = `relay-${number}`
    this.#random = options.random
    this.#primitives = options.primitives
    this.#relay = createMemoryRelay({
      primitives: options.primitives,
      randomBytes: options.random.bytes,
      relayPeer: this.peerId,
      limits: options.relayLimits ?? {},
      admission: options.admission ?? null,
    })
  }

  get isHanging(): boolean {
    return this.hangsSinceMs !== null
  }

  /** From now on, until `behave`. `victim` is a peer's name. */
  lie(act: RelayMalice, victim: string): void {
    this.#malice.set(act, victim)
    if (act === 'collude') this.collusions.push(new Collusion(victim, this.#random))
  }

  /** Honest again: what it held back is delivered, what it dropped is gone. */
  behave(): readonly RelayDelivery[] {
    this.#malice.clear()
    return [...this.#heldBack.keys()].flatMap((connection) => this.#release(connection))
  }

  connect(connection: number, peer: string, host: string, nowMs: number): readonly RelayDelivery[] {
    this.#peerOf.set(connection, host)
    return this.#bend(this.#relay.connect(connection, peer, host, nowMs))
  }

  disconnect(connection: number): void {
    this.#peerOf.delete(connection)
    for (const each of this.collusions) each.disconnected(connection)
    this.#heldBack.delete(connection)
    this.#remembered.delete(connection)
    this.#relay.disconnect(connection)
  }

  receive(connection: number, frame: Uint8Array, nowMs: number): readonly RelayDelivery[] {
    const request = this.#malice.size === 0 && !this.hasFiles ? undefined : decode(mailboxRequest, frame)
    if (request?.kind === 'open' && request.keys.kind === 'blob') {
      this.#ofBlob.set(`${connection} request ${request.request}`, true)
      const mailbox = mailboxIdOf(this.#primitives, request.keys)
      this.#blobs.set(toBase64url(mailbox), mailbox)
    }
    if (request?.kind === 'append' && this.refusesFiles && this.#ofBlob.has(`${connection} handle ${request.handle}`))
      return [{ kind: 'frame', connection, frame: encode(mailboxAnswer, { kind: 'refused', request: request.request, code: 'diskFull', retryAfterMs: 5_000 }) }]
    if (request?.kind === 'append') for (const each of this.#active()) each.appended(this.#peerOf.get(connection), request.body)
    if (request?.kind === 'append' && request.class === 'stored' && this.#malice.has('drop') && this.#random.chance(0.3)) {
      this.lies++
      return [{ kind: 'frame', connection, frame: encode(mailboxAnswer, { kind: 'appended', request: request.request, cursor: 1 }) }]
    }
    if (request?.kind === 'open') this.#inboxOf.set(`${connection} request ${request.request}`, toBase64url(request.keys.readKey))
    if (request?.kind === 'fetchKeys')
      this.#askedKeys.set(`${connection} ${request.request}`, this.#inboxOf.get(`${connection} handle ${request.handle}`) ?? '')
    return this.#bend(this.#relay.receive(connection, frame, nowMs))
  }

  restart(isWiped: boolean): void {
    if (isWiped) this.#relay.wipe()
    else this.#relay.restart()
    this.#heldBack.clear()
    this.#remembered.clear()
  }

  /** What lies in a mailbox, the oldest first. */
  recordsOf(mailbox: MailboxId, nowMs: number): readonly Uint8Array[] {
    const [found] = this.#relay.execute([{ kind: 'read', mailbox, after: 0, mostRecords: 100_000, mostBytes: 2 ** 40 }], nowMs)
    return found?.kind === 'records' ? found.records.map(({ body }) => body) : []
  }

  expire(nowMs: number): void {
    this.#relay.expire(nowMs)
  }

  #bend(deliveries: readonly RelayDelivery[]): readonly RelayDelivery[] {
    const ofFiles = this.hasFiles ? deliveries.map((each) => this.#bendFile(each)) : deliveries
    return this.#malice.size === 0 ? ofFiles : ofFiles.flatMap((each) => this.#bendOne(each))
  }

  /** Notes which handles are files', and changes what comes from them while it is to. */
  #bendFile(delivery: RelayDelivery): RelayDelivery {
    const answer = delivery.kind === 'frame' ? decode(mailboxAnswer, delivery.frame) : undefined
    const { connection } = delivery
    if (answer?.kind === 'opened' && this.#ofBlob.delete(`${connection} request ${answer.request}`))
      this.#ofBlob.set(`${connection} handle ${answer.handle}`, true)
    if (delivery.kind !== 'frame' || answer?.kind !== 'pushed' || !this.spoilsFiles || !this.#ofBlob.has(`${connection} handle ${answer.handle}`))
      return delivery
    this.lies++
    const at = this.#random.below(answer.body.length)
    return { ...delivery, frame: encode(mailboxAnswer, { ...answer, body: answer.body.with(at, (answer.body[at] ?? 0) ^ 1) }) }
  }

  /** All files that lie here are gone. */
  loseFiles(nowMs: number): void {
    this.#relay.execute(
      [...this.#blobs.values()].map((mailbox) => ({ kind: 'drop', mailbox })),
      nowMs,
    )
  }

  #bendOne(delivery: RelayDelivery): readonly RelayDelivery[] {
    if (delivery.kind !== 'frame') return [delivery]
    const { connection } = delivery
    const answer = decode(mailboxAnswer, delivery.frame)
    if (answer?.kind === 'opened') {
      const inbox = this.#inboxOf.get(`${connection} request ${answer.request}`)
      if (inbox !== undefined) this.#inboxOf.set(`${connection} handle ${answer.handle}`, inbox)
      for (const each of this.#active()) each.opened(connection, this.#peerOf.get(connection), answer.handle)
    }
    if (answer?.kind === 'keys') return [this.#oldKeys(delivery, answer)]
    if (answer?.kind !== 'pushed') return [delivery]
    const beside = this.#active().map((each) => each.pushed(connection, this.#peerOf.get(connection), answer))
    const [before, after] = [beside.flatMap((each) => each.before), beside.flatMap((each) => each.after)]
    this.lies += before.length + after.length
    return [...before, ...this.#bendPushed(delivery), ...after]
  }

  /** Those that it works with now. */
  #active(): readonly Collusion[] {
    return this.#malice.has('collude') ? this.collusions : []
  }

  #bendPushed(delivery: Extract<RelayDelivery, { readonly kind: 'frame' }>): readonly RelayDelivery[] {
    const { connection } = delivery
    if (this.#malice.get('withhold') === this.#peerOf.get(connection)) {
      this.lies++
      return []
    }
    if (this.#malice.has('reorder')) {
      const held = this.#heldBack.get(connection) ?? []
      this.#heldBack.set(connection, [...held, delivery])
      return held.length + 1 < HELD_BACK ? [] : this.#release(connection)
    }
    const before = this.#remembered.get(connection) ?? []
    this.#remembered.set(connection, [...before, delivery].slice(-REMEMBERED))
    if (!this.#malice.has('replay') || before.length === 0 || this.#random.chance(0.5)) return [delivery]
    this.lies++
    return [delivery, this.#random.pick(before)]
  }

  /** Prekeys that were once handed out, handed out again to the next client that fetches. */
  #oldKeys(delivery: RelayDelivery, answer: Extract<MailboxAnswer, { readonly kind: 'keys' }>): RelayDelivery {
    const inbox = this.#askedKeys.get(`${delivery.connection} ${answer.request}`) ?? ''
    if (!this.#malice.has('oldKeys') || inbox === '' || answer.keys === null) return delivery
    const first = this.#firstKeys.get(inbox)
    if (first === undefined) {
      this.#firstKeys.set(inbox, answer.keys)
      return delivery
    }
    this.lies++
    return { ...delivery, kind: 'frame', frame: encode(mailboxAnswer, { ...answer, keys: first }) }
  }

  #release(connection: number): readonly RelayDelivery[] {
    const held = this.#heldBack.get(connection) ?? []
    this.#heldBack.delete(connection)
    if (held.length > 1) this.lies++
    const shuffled: RelayDelivery[] = []
    while (held.length > 0) shuffled.push(...held.splice(this.#random.below(held.length), 1))
    return shuffled
  }
}
