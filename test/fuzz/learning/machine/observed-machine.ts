/** A machine under test: the unchanged core with a disk of its own, and what each step of it costs, in things that can be counted. */
import type { Core, Effect, Event, HistoryWrite, State, Step } from '@sotto/core'
import { createCore } from '@sotto/core'
import type { Primitives } from '@sotto/crypto/primitives'
import { createMemoryStorage, type MemoryStorage } from '@sotto/engine'
import { countPrimitives, type CountedPrimitives, type UsedPrimitives } from './counted-primitives.ts'
import { seededRandom } from '../../../../packages/simulator/src/seeded-random.ts'

/** What a step did: nothing here is measured in time, so it is the same on every machine. */
export interface StepCost extends UsedPrimitives {
  writes: number
  writtenBytes: number
  effects: number
  sentBytes: number
}

export const noCost = (): StepCost => ({ writes: 0, writtenBytes: 0, effects: 0, sentBytes: 0, publicKeyOperations: 0, symmetricOperations: 0 })

/** Few, as in the simulator. */
const ONE_TIME_PRE_KEYS = 10

export interface CountedCore extends CountedPrimitives {
  readonly core: Core
  /** From now on the core draws from the stream of this seed. */
  readonly reseed: (seed: number) => void
}

/** The core, whose draws are seeded for each event: an event that is left out changes none of the others'. */
export function createCountedCore(real: Primitives): CountedCore {
  let stream = seededRandom(1)
  const counted = countPrimitives(real)
  const core = createCore({ primitives: counted.primitives, random: (length) => stream.bytes(length) }, { oneTimePreKeys: ONE_TIME_PRE_KEYS })
  const reseed = (seed: number): void => {
    stream = seededRandom(seed)
  }
  return Object.assign(counted, { core, reseed })
}

/** A write of a history, or that it is dropped. */
export type HistoryChange = HistoryWrite | { readonly dropped: string }

export class ObservedMachine {
  state: State
  /** What the effects asked to be woken at. */
  wakeAtMs: number | null = null
  readonly #counted: CountedCore
  readonly #changes: HistoryChange[]
  #storage: MemoryStorage | null = null

  constructor(counted: CountedCore, state: State, histories: readonly HistoryChange[]) {
    this.#counted = counted
    this.#changes = [...histories]
    this.state = state
  }

  get changes(): readonly HistoryChange[] {
    return this.#changes
  }

  /** One step, and those that answer what it reads of its disk. Adds to `cost`. Throws what the core throws. */
  step(event: Event, nowMs: number, seed: number, cost: StepCost): readonly Effect[] {
    this.#counted.reseed(seed)
    const effects: Effect[] = []
    const waiting: Event[] = [event]
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const step = this.#counted.core.step(this.state, next, nowMs)
      this.state = step.state
      this.#note(step, cost)
      for (const effect of step.effects) {
        if (effect.kind === 'readHistory') waiting.push({ kind: 'historyRead', read: effect.read, records: this.#disk().readHistoryNow(effect.query) })
        else if (effect.kind === 'wakeAt') this.wakeAtMs = effect.atMs
        else effects.push(effect)
      }
    }
    return effects
  }

  #note({ writes, effects }: Step, cost: StepCost): void {
    const changes: HistoryChange[] = [...writes.dropHistories.map((dropped) => ({ dropped })), ...writes.histories]
    this.#changes.push(...changes)
    if (this.#storage !== null) for (const change of changes) commit(this.#storage, change)
    cost.writes += writes.rows.length + changes.length
    for (const { key, value } of writes.rows) cost.writtenBytes += key.length + (value?.length ?? 0)
    for (const { value } of writes.histories) cost.writtenBytes += value?.length ?? 0
    cost.effects += effects.length
    for (const effect of effects)
      if (effect.kind === 'sendPeerFrame' || effect.kind === 'sendRelayFrame') cost.sentBytes += effect.frame.length
      else if (effect.kind === 'publish') cost.sentBytes += effect.data.length
    const { publicKeyOperations, symmetricOperations } = this.#counted.counted()
    cost.publicKeyOperations += publicKeyOperations
    cost.symmetricOperations += symmetricOperations
  }

  /** Made when it is first read: most sequences never do. */
  #disk(): MemoryStorage {
    if (this.#storage === null) {
      this.#storage = createMemoryStorage({ copies: false })
      for (const change of this.#changes) commit(this.#storage, change)
    }
    return this.#storage
  }
}

const commit = (storage: MemoryStorage, change: HistoryChange): void =>
  storage.commitNow('dropped' in change ? { rows: [], histories: [], dropHistories: [change.dropped] } : { rows: [], histories: [change], dropHistories: [] })
