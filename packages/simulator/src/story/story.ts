/**
 * A world whose every turn is written down: a few people, one relay, and faults where the story wants them. Only the
 * machine's own draws are left to chance, so that one rule of the core can be looked at alone.
 */
import { type EngineReply, type EngineRequest, type Event, type GroupView, type MachineOptions, type NetworkEffect } from '@sotto/core'
import {
  asQueued,
  CONTROL_QUEUE,
  type ControlMessage,
  LETTERS_DUE,
  type MessageRecord,
  messageRecord,
  OUTBOX,
  type OutboxEntry,
  PEER,
  type PeerFrame,
  peerFrame,
  SELF,
  Transaction,
  WHEREABOUTS,
} from '@sotto/core/inside'
import { SIGNAL_VERSION } from '@sotto/crypto'
import { loadSodiumPrimitives, type Primitives } from '@sotto/crypto/primitives'
import type { Writes } from '@sotto/engine'
import type { AdmissionRule, ServerLimits } from '@sotto/mailbox'
import { type AdmissionToken, decode, type DeviceId, encode, mailboxAnswer, mailboxRequest, toBase64url, withAdmission } from '@sotto/wire'
import { noCounts } from '../counts.ts'
import { modelledPrimitives } from '../modelled-primitives.ts'
import { type SeededRandom, seededRandom } from '../seeded-random.ts'
import { SimulatedNetwork } from '../simulated-network.ts'
import { SimulatedPeer } from '../simulated-peer.ts'
import { createVirtualTime } from '../virtual-time.ts'

const START_MS = 1_800_000_000_000
const SEED = 1
/** A story that never ends is a fault. */
const MOST_PLANNED_EVENTS = 2_000_000
/** How often a condition is checked, which is also the resolution of measured times. */
const LOOK_MS = 100
const LOOK_PART = 0.02
/** Virtual ms after which people who join are members and everything about it has been exchanged. */
const QUIET_MS = 20_000

/** What a record of a mailbox is about: envelope, operation, letter or request to join. */
type About = OutboxEntry['about']['kind']

/** Something that is about to reach a person: a record that the relay hands out, or a frame of another's stream. */
export interface Passing {
  /** `relayed …`: a record of a mailbox, by what it is about; `stored`: a relay's confirmation of a record; `keys`: prekeys from it; else the kind of a peer's frame. */
  readonly what: `relayed ${About | 'signal'}` | 'stored' | 'keys' | 'gossip' | 'gossiped signal' | PeerFrame['kind']
  /** The sender; null if that is not visible. */
  readonly by: Person | null
  readonly to: Person
  readonly event: Event
}

/** A peer whose story is told. What is lost on its way to it never reaches its machine. */
export class Person extends SimulatedPeer {
  readonly #hears: (person: Person, event: Event) => boolean

  constructor(name: string, options: ConstructorParameters<typeof SimulatedPeer>[1], hears: (person: Person, event: Event) => boolean) {
    super(name, options)
    this.#hears = hears
  }

  override deliver(event: Event): void {
    if (this.#hears(this, event)) super.deliver(event)
  }

  get account(): string {
    return this.view().self?.account ?? ''
  }

  get device(): DeviceId {
    const device = new Transaction(this.state).first(SELF)?.value.device
    if (device === undefined) throw new TypeError(`${this.name} has no profile`)
    return device
  }

  /** Rows of the machine, to look at. */
  get rows(): Transaction {
    return new Transaction(this.state)
  }
}

export interface StoryOptions {
  /** Whether present people connect to each other, or which of them do; otherwise everything goes through the relay. */
  readonly direct: boolean | ((by: string, to: string) => boolean)
  /** One by default. */
  readonly relays?: number
  /** What relays allow, where that is not the default. */
  readonly relayLimits?: Partial<ServerLimits>
  /** How relays know who may use them; nothing: they are open to everybody. */
  readonly admission?: AdmissionRule
  /** Machine options of all people, where they differ from the defaults. */
  readonly machine?: Pick<MachineOptions, 'ciphers' | 'newGroupCipher'>
}

/** An append that was refused, and where its author is told of room. */
interface Refused {
  readonly by: Person
  readonly relay: string
  readonly handle: number
}

/** One story. Throws if a step of any machine throws. */
export class Story {
  /** The one group of the story. */
  group = ''
  /** Its founder's invite. */
  invite = ''
  /** Everything that reached a person, newest last. */
  readonly heard: Passing[] = []
  /** Called with what each person's disk is given. */
  committed: (by: Person, writes: Writes) => void = () => {}
  readonly primitives: Primitives
  readonly random: SeededRandom = seededRandom(SEED)
  readonly network: SimulatedNetwork
  readonly #time = createVirtualTime(START_MS)
  readonly #people: Person[] = []
  readonly #losses = new Set<(passing: Passing) => boolean>()
  /** What was refused by each, and is told of room. */
  readonly #refusals = new Map<(by: Person, about: About) => boolean, Refused[]>()
  readonly #isDirect: (by: string, to: string) => boolean
  /** The sender of each record at the relay and what it is about, by the hash of its body. */
  readonly #origins = new Map<string, { readonly by: Person; readonly about: About }>()
  readonly #faults: string[] = []
  readonly #machine: NonNullable<StoryOptions['machine']>

  constructor(real: Primitives, { direct, relays = 1, relayLimits = {}, admission, machine = {} }: StoryOptions) {
    this.#machine = machine
    this.primitives = modelledPrimitives(real)
    this.#isDirect = typeof direct === 'boolean' ? () => direct : direct
    this.network = new SimulatedNetwork({
      time: this.#time,
      random: this.random,
      primitives: this.primitives,
      peers: this.#people,
      relays,
      relayLimits,
      ...(admission === undefined ? {} : { admission }),
      counts: noCounts(),
    })
    this.network.isRough = false
  }

  get nowMs(): number {
    return this.#time.nowMs()
  }

  readonly relay = (number: number): string => this.network.relays[number]?.address ?? ''

  /** A person with a new profile. `skewMs`: the error of its clock. `losesAll`: whatever its disk had not synced is gone when it dies. */
  enter(
    name: string,
    {
      losesAll = false,
      skewMs = 0,
      relays = this.network.relays.map((_, i) => i),
      token = null,
      machine = this.#machine,
      as = Person,
    }: {
      readonly losesAll?: boolean
      readonly skewMs?: number
      readonly relays?: readonly number[]
      /** What its person was given for them. */
      readonly token?: AdmissionToken | null
      readonly machine?: NonNullable<StoryOptions['machine']>
      /** A person of another class, such as one whose events are recorded. */
      readonly as?: typeof Person
    } = {},
  ): Person {
    const random = losesAll ? { ...this.random, below: (limit: number) => limit - 1 } : this.random
    const durability = losesAll ? 'relaxed' : 'strict'
    const person = new as(
      name,
      { primitives: this.primitives, random, ownRandom: random, time: this.#time, watch: this.#watch, durability, skewMs, machine },
      (to, event) => this.#hears(to, event),
    )
    this.#people.push(person)
    person.signUp(relays.map((number) => withAdmission(this.relay(number), token)))
    person.start()
    return person
  }

  /** The first person makes the group, and all others join. */
  gather(founder: Person, ...others: readonly Person[]): void {
    this.pass(1_000)
    this.ask(founder, { kind: 'createGroup', title: 'Desk' }, ({ group }) => (this.group = group ?? ''))
    this.ask(founder, { kind: 'createInvite', group: this.group }, ({ invite }) => (this.invite = invite ?? ''))
    for (const each of others) this.join(each)
    this.pass(QUIET_MS)
  }

  /** Joins by the founder's invite, and is a member before this returns. */
  join(person: Person): void {
    this.ask(person, { kind: 'join', invite: this.invite })
    const ms = this.msUntil(() => this.groupOf(person)?.state === 'member', 60_000)
    if (ms === Number.POSITIVE_INFINITY) throw new Error(`${person.name} was not let in`)
  }

  /** Sends a person's machine a request that it must grant. */
  ask(person: Person, what: EngineRequest, answered: (value: Extract<EngineReply, { readonly ok: true }>['value']) => void = () => {}): void {
    let refused: string | null = 'no answer'
    person.request(what, (reply) => {
      refused = reply.ok ? null : reply.rejection.code
      if (reply.ok) answered(reply.value)
    })
    this.msUntil(() => refused !== 'no answer', 2_000)
    if (refused !== null) throw new Error(`${person.name}, ${what.kind}: ${refused}`)
  }

  say(person: Person, ...texts: readonly string[]): void {
    for (const text of texts) this.ask(person, { kind: 'send', group: this.group, text })
  }

  remove(by: Person, whom: Person): void {
    this.ask(by, { kind: 'removeMember', group: this.group, account: whom.account })
  }

  /** A person with a changed program sends in private what the machine would not. */
  slip(by: Person, to: Person, bodies: readonly ControlMessage[]): void {
    by.tamper((transaction) => {
      for (const [i, body] of bodies.entries())
        transaction.put(CONTROL_QUEUE, [toBase64url(to.device), `slipped-${String(i).padStart(4, '0')}`], asQueued(body))
      transaction.put(LETTERS_DUE, [toBase64url(to.device)], true)
    })
  }

  /** Lets time go by. */
  pass(ms: number): void {
    const happened = this.#time.runUntil(this.#time.nowMs() + ms, MOST_PLANNED_EVENTS)
    if (happened >= MOST_PLANNED_EVENTS) throw new Error('too much happens')
    if (this.#faults.length > 0) throw new Error(this.#faults.join('\n'))
  }

  /** How long until a condition holds; infinite if it does not within a time. */
  msUntil(isSo: () => boolean, withinMs: number): number {
    const startMs = this.nowMs
    while (!isSo()) {
      const passedMs = this.nowMs - startMs
      if (passedMs >= withinMs) return Number.POSITIVE_INFINITY
      this.pass(Math.max(LOOK_MS, Math.round(passedMs * LOOK_PART)))
    }
    return this.nowMs - startMs
  }

  /** Loses what matches, on its way to its receiver, until the returned function is called. */
  lose(matches: (passing: Passing) => boolean): () => void {
    this.#losses.add(matches)
    return () => void this.#losses.delete(matches)
  }

  /** Holds back what matches until the returned function is called, which delivers all of it. Of a mailbox, also what follows: no client takes a record after a later one. */
  holdBack(matches: (passing: Passing) => boolean): () => void {
    const held: Passing[] = []
    const found = this.lose((passing) => matches(passing) && held.push(passing) > 0)
    return () => {
      found()
      for (const { to, event } of held) to.deliver(event)
    }
  }

  /** The relay has no room for what matches, until the returned function is called. It says then that it has, unless it forgot who waits. */
  refuse(matches: (by: Person, about: About) => boolean, { isTold = true } = {}): () => void {
    this.#refusals.set(matches, [])
    return () => {
      const refused = this.#refusals.get(matches) ?? []
      this.#refusals.delete(matches)
      for (const { by, relay, handle } of isTold ? refused : [])
        by.deliver({ kind: 'relayFrameReceived', relay, frame: encode(mailboxAnswer, { kind: 'roomAgain', handle }) })
    }
  }

  /** A person's view of the group. */
  groupOf(person: Person): GroupView | undefined {
    return person.view().groups.find((each) => each.id === this.group)
  }

  /** Whether a person is connected to a member, directly or through the relay. */
  isConnected(person: Person): boolean {
    return person.rows.scan(WHEREABOUTS).some(({ value }) => person.rows.get(PEER, value.peer) !== undefined)
  }

  /** The messages that a person is shown, in their order. */
  messages(person: Person): readonly MessageRecord[] {
    return person.readHistory(`messages/${this.group}`).flatMap(({ value }) => {
      const record: MessageRecord | undefined = decode(messageRecord, value)
      return record?.body.kind === 'text' ? [record] : []
    })
  }

  texts(person: Person): readonly string[] {
    return this.messages(person).flatMap(({ body }) => (body.kind === 'text' ? [body.text] : []))
  }

  shows(person: Person, ...texts: readonly string[]): boolean {
    const shown = this.texts(person)
    return texts.every((text) => shown.includes(text))
  }

  readonly #watch = {
    network: (peer: SimulatedPeer, effect: NetworkEffect): void => this.#perform(peer as Person, effect),
    committed: (peer: SimulatedPeer, writes: Writes): void => this.#note(peer as Person, writes),
    died: (peer: SimulatedPeer): void => this.network.died(peer),
    stopped: (peer: SimulatedPeer): void => this.network.died(peer),
    started: (): void => {},
    fault: (peer: SimulatedPeer, fault: unknown): void =>
      void this.#faults.push(`a step of ${peer.name} threw ${fault instanceof Error ? fault.stack : String(fault)}`),
  }

  #perform(by: Person, effect: NetworkEffect): void {
    if (effect.kind === 'dialPeer' && !this.#isDirect(by.name, this.#nameOf(effect.peer))) return
    const frame = effect.kind === 'sendRelayFrame' ? decode(mailboxRequest, effect.frame) : undefined
    const refusing = effect.kind === 'sendRelayFrame' && frame?.kind === 'append' ? this.#refusing(by, frame.body) : undefined
    if (effect.kind === 'sendRelayFrame' && frame?.kind === 'append' && refusing !== undefined) {
      refusing.push({ by, relay: effect.relay, handle: frame.handle })
      const refusal = encode(mailboxAnswer, { kind: 'refused', request: frame.request, code: 'full', retryAfterMs: 0 })
      return by.deliver({ kind: 'relayFrameReceived', relay: effect.relay, frame: refusal })
    }
    this.network.perform(by, effect)
  }

  #nameOf(peerId: string): string {
    return this.#people.find((each) => each.peerId === peerId)?.name ?? ''
  }

  #refusing(by: Person, body: Uint8Array): Refused[] | undefined {
    const about = this.#origins.get(this.#hash(body))?.about
    return about === undefined ? undefined : [...this.#refusals].find(([matches]) => matches(by, about))?.[1]
  }

  #note(by: Person, writes: Writes): void {
    this.committed(by, writes)
    for (const { key, value } of writes.rows) {
      const entry = key.startsWith(`${OUTBOX.name}/`) && value !== null && OUTBOX.codec !== null ? decode(OUTBOX.codec, value) : undefined
      if (entry !== undefined) this.#origins.set(this.#hash(entry.body), { by, about: entry.about.kind === 'letterCopy' ? 'letter' : entry.about.kind })
    }
  }

  #hash(body: Uint8Array): string {
    return toBase64url(this.primitives.sha256(body))
  }

  #hears(to: Person, event: Event): boolean {
    const passing = this.#passing(to, event)
    if (passing === undefined) return true
    if ([...this.#losses].some((matches) => matches(passing))) return false
    this.heard.push(passing)
    return true
  }

  #passing(to: Person, event: Event): Passing | undefined {
    if (event.kind === 'gossipReceived') return { what: event.data[0] === SIGNAL_VERSION ? 'gossiped signal' : 'gossip', by: null, to, event }
    if (event.kind === 'peerFrameReceived') {
      const what = decode(peerFrame, event.frame)?.kind
      return what === undefined ? undefined : { what, by: this.#people.find(({ peerId }) => peerId === event.peer) ?? null, to, event }
    }
    const answer = event.kind === 'relayFrameReceived' ? decode(mailboxAnswer, event.frame) : undefined
    if (answer?.kind === 'appended') return { what: 'stored', by: null, to, event }
    if (answer?.kind === 'keys') return { what: 'keys', by: null, to, event }
    if (answer?.kind === 'signalled') return { what: 'relayed signal', by: null, to, event }
    const origin = answer?.kind === 'pushed' ? this.#origins.get(this.#hash(answer.body)) : undefined
    return origin === undefined ? undefined : { what: `relayed ${origin.about}`, by: origin.by, to, event }
  }
}

/** What a relay hands out to one person of what another left there: for `lose`. */
export const relayed =
  (about: About, by: Person, to: Person) =>
  (passing: Passing): boolean =>
    passing.what === `relayed ${about}` && passing.by === by && passing.to === to

/** A story with the primitives of the simulator. */
export const beginStory = async (options: StoryOptions): Promise<Story> => new Story(await loadSodiumPrimitives(), options)
