/** A machine under test: the unchanged core with a disk of its own, and what each step of it costs, in things that can be counted. */
import type { Core, Effect, Event, HistoryWrite, State, Step } from '@sotto/core'
import { createCore } from '@sotto/core'
import type { Primitives } from '@sotto/crypto/primitives'
import { createMemoryStorage, type MemoryStorage } from '@sotto/engine'
import { seededRandom } from '../../../../packages/simulator/src/seeded-random.ts'

/** What a step did: nothing here is measured in time, so it is the same on every machine. */
export interface StepCost {
  writes: number
  writtenBytes: number
  effects: number
  sentBytes: number
  /** Signatures that were made or checked, agreements, and uses of ML-KEM. */
  publicKeyOperations: number
  /** Uses of a cipher, hash or MAC. */
  symmetricOperations: number
}

export const noCost = (): StepCost => ({ writes: 0, writtenBytes: 0, effects: 0, sentBytes: 0, publicKeyOperations: 0, symmetricOperations: 0 })

/** A plaintext that a cipher opened: what others said to the machine. */
type Tap = (plaintext: Uint8Array) => void

/** Few, as in the simulator. */
const ONE_TIME_PRE_KEYS = 10

export interface CountedCore {
  readonly core: Core
  readonly primitives: Primitives
  /** What was counted since the last call. */
  readonly counted: () => Pick<StepCost, 'publicKeyOperations' | 'symmetricOperations'>
  /** From now on the core draws from the stream of this seed. */
  readonly reseed: (seed: number) => void
  tap: Tap | null
}

/** The core, whose draws are seeded for each event: an event that is left out changes none of the others'. */
export function createCountedCore(primitives: Primitives): CountedCore {
  let publicKeyOperations = 0
  let symmetricOperations = 0
  let stream = seededRandom(1)
  const slow =
    <A extends readonly unknown[], R>(act: (...args: A) => R) =>
    (...args: A): R => {
      publicKeyOperations++
      return act(...args)
    }
  const quick =
    <A extends readonly unknown[], R>(act: (...args: A) => R) =>
    (...args: A): R => {
      symmetricOperations++
      return act(...args)
    }
  const tapped = ({ seal, open }: Primitives['chacha20Poly1305']): Primitives['chacha20Poly1305'] => ({
    seal: quick(seal),
    open: quick((...given) => {
      const plaintext = open(...given)
      if (plaintext !== undefined) counted.tap?.(plaintext)
      return plaintext
    }),
  })
  const { ed25519, x25519, mlKem768 } = primitives
  const observed: Primitives = {
    ...primitives,
    sha256: quick(primitives.sha256),
    hmacSha256: quick(primitives.hmacSha256),
    hkdfSha256: quick(primitives.hkdfSha256),
    ed25519: { keyPairFromSeed: slow(ed25519.keyPairFromSeed), sign: slow(ed25519.sign), verify: slow(ed25519.verify) },
    x25519: { keyPairFromSeed: slow(x25519.keyPairFromSeed), agree: slow(x25519.agree) },
    mlKem768: { keyPairFromSeed: slow(mlKem768.keyPairFromSeed), encapsulate: slow(mlKem768.encapsulate), decapsulate: slow(mlKem768.decapsulate) },
    chacha20Poly1305: tapped(primitives.chacha20Poly1305),
    xchacha20Poly1305: tapped(primitives.xchacha20Poly1305),
  }
  const counted: CountedCore = {
    core: createCore({ primitives: observed, random: (length) => stream.bytes(length) }, { oneTimePreKeys: ONE_TIME_PRE_KEYS }),
    primitives,
    counted: () => {
      const counts = { publicKeyOperations, symmetricOperations }
      publicKeyOperations = symmetricOperations = 0
      return counts
    },
    reseed: (seed) => {
      stream = seededRandom(seed)
    },
    tap: null,
  }
  return counted
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
