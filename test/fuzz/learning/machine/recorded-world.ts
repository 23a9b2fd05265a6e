/**
 * A story of the simulator in which one person's machine is recorded: every event that reached it, when, and its state
 * before. A hostile member's states are kept beside it, so that the fuzzer can write in that member's name at any moment.
 */
import type { Effect, EngineReply, EngineRequest, Event, State } from '@sotto/core'
import { Transaction, OWN_KEY } from '@sotto/core/inside'
import type { Primitives } from '@sotto/crypto/primitives'
import { Person, Story, type StoryOptions } from '../../../../packages/simulator/src/story/story.ts'
import { type CountedCore, type HistoryChange, noCost, ObservedMachine } from './observed-machine.ts'

export interface Recorded {
  readonly event: Event
  readonly nowMs: number
  /** The machine's state before the event. */
  readonly before: State
  /** How many changes of histories were before it. */
  readonly histories: number
  /** The hostile member's state then, and its last one with a sender key: what an honest program would have forgotten. */
  readonly hostile: State
  readonly hostileWithKey: State
}

export interface Tape {
  readonly name: string
  readonly events: readonly Recorded[]
  readonly histories: readonly HistoryChange[]
  readonly group: string
  /** An invite of the group, as text. */
  readonly invite: string
  /** The peer id under which the hostile member is connected. */
  readonly hostilePeer: string
  readonly primitives: Primitives
  /** What the machine opened: contents, letters and signals, unpadded by nobody. */
  readonly opened: readonly Uint8Array[]
}

/** A person whose machine steps at once, and remembers each step. */
class RecordedPerson extends Person {
  recording: { readonly machine: ObservedMachine; readonly time: { readonly nowMs: () => number }; readonly note: (event: Event) => void } | null = null
  readonly #perform: (peer: Person, effect: Effect) => void
  readonly #answers = new Map<string, (reply: EngineReply) => void>()
  readonly #after: (delayMs: number, act: () => void) => () => void
  readonly #begin: (person: RecordedPerson) => NonNullable<RecordedPerson['recording']>
  #waiting: Event[] | null = null
  #cancelWake: () => void = () => {}
  #requests = 0
  #steps = 0

  constructor(...given: ConstructorParameters<typeof Person>) {
    super(...given)
    const [, options] = given
    this.#perform = options.watch.network as never
    this.#after = options.time.after
    this.#begin = beginRecording ?? missing
  }

  override request(what: EngineRequest, answered: (reply: EngineReply) => void = () => {}): void {
    const request = `request-${this.#requests++}`
    this.#answers.set(request, answered)
    this.deliver({ kind: 'requested', request, what })
  }

  override deliver(event: Event): void {
    if (this.#waiting !== null) return void this.#waiting.push(event)
    this.recording ??= this.#begin(this)
    this.#waiting = [event]
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) this.#step(next)
    this.#waiting = null
  }

  #step(event: Event): void {
    const { machine, time, note } = this.recording ?? missing()
    machine.state = this.state
    note(event)
    const effects = machine.step(event, time.nowMs(), seedOfEvent(this.#steps++), noCost())
    this.state = machine.state
    if (machine.wakeAtMs !== null) {
      this.#cancelWake()
      this.#cancelWake = this.#after(Math.max(0, machine.wakeAtMs - time.nowMs()), () => this.deliver({ kind: 'woke' }))
      machine.wakeAtMs = null
    }
    for (const effect of effects) {
      if (effect.kind === 'reply') this.#answers.get(effect.request)?.(effect.reply)
      else this.#perform(this, effect)
    }
  }
}

/** Draws of an event of a tape. */
export const seedOfEvent = (place: number): number => Math.imul(place + 1, 0x9e3779b1)

const missing = (): never => {
  throw new TypeError('nothing is recorded')
}

/** How the person that a story makes next is recorded. */
let beginRecording: ((person: RecordedPerson) => NonNullable<RecordedPerson['recording']>) | null = null

/** What happens in a world: `vera` is the person recorded, `mallory` the hostile member. */
export interface World {
  readonly name: string
  readonly options: StoryOptions
  readonly play: (story: Story, enter: { readonly vera: () => Person; readonly mallory: () => Person }) => void
}

export function record(world: World, counted: CountedCore, real: Primitives): Tape {
  const story = new Story(real, world.options)
  const events: Recorded[] = []
  const opened: Uint8Array[] = []
  let machine: ObservedMachine | null = null
  let mallory: Person | null = null
  let hostileWithKey: State = null
  beginRecording = (person) => {
    const recorded = new ObservedMachine(counted, person.state, [])
    machine = recorded
    const note = (event: Event): void => {
      const hostile = mallory?.state ?? null
      if (hostile !== null && new Transaction(hostile).first(OWN_KEY) !== undefined) hostileWithKey = hostile
      events.push({ event, nowMs: story.nowMs, before: person.state, histories: recorded.changes.length, hostile, hostileWithKey })
    }
    return { machine: recorded, time: { nowMs: () => story.nowMs }, note }
  }
  counted.tap = (plaintext) => void opened.push(plaintext)
  world.play(story, {
    vera: () => story.enter('Vera', { as: RecordedPerson }),
    mallory: () => {
      mallory = story.enter('Mallory')
      return mallory
    },
  })
  counted.tap = null
  return {
    name: world.name,
    events,
    histories: (machine as ObservedMachine | null)?.changes ?? [],
    group: story.group,
    invite: story.invite,
    hostilePeer: (mallory as Person | null)?.peerId ?? '',
    primitives: story.primitives,
    opened,
  }
}
