/**
 * The loop: step, commit, perform, and never another order (ARCHITECTURE, "The loop").
 *
 * Events that wait are folded in slices of up to `LIMITS.sliceMs`; a slice is one transaction, because strict
 * durability for each message would be a flush for each. Between slices the page may paint.
 *
 * The decisions are in `Slice`, which is synchronous: the simulator runs the same, with its own idea of when a commit
 * is durable.
 */
import type { Core, Effect, Event, State } from '@sotto/core'
import { LIMITS } from '@sotto/wire'
import { mergeWrites, NO_WRITES } from './merge-writes.ts'
import { type ClockPort, StorageFull, type StoragePort, type Writes } from './ports.ts'

/** Events folded into one transaction: the state after them, what must be committed, and what may follow then. */
export interface Slice {
  readonly state: State
  readonly writes: Writes
  readonly effects: readonly Effect[]
  /** How many events were folded. */
  readonly events: number
}

/** Folds events from the front of a queue until the slice is full. `isFull` is asked after each event. */
export function foldSlice(
  core: Core,
  state: State,
  queue: readonly { readonly event: Event; readonly atMs: number }[],
  isFull: (events: number) => boolean,
): Slice {
  let slice: Slice = { state, writes: NO_WRITES, effects: [], events: 0 }
  for (const { event, atMs } of queue) {
    const step = core.step(slice.state, event, atMs)
    slice = {
      state: step.state,
      writes: mergeWrites(slice.writes, step.writes),
      effects: [...slice.effects, ...step.effects],
      events: slice.events + 1,
    }
    if (isFull(slice.events)) break
  }
  return slice
}

/** What must be done next, in the order in which it must be done. */
export type Action =
  | { readonly kind: 'commit'; readonly writes: Writes }
  | { readonly kind: 'perform'; readonly effect: Effect }

/**
 * One turn of the loop: fold, commit, perform. This is the one place where the order stands; whoever drives it (the
 * loop below, the simulator) does each action before it asks for the next, and may die in between.
 */
export function* turn(
  core: Core,
  state: State,
  queue: readonly { readonly event: Event; readonly atMs: number }[],
  isFull: (events: number) => boolean,
): Generator<Action, { readonly state: State; readonly events: number }> {
  const slice = foldSlice(core, state, queue, isFull)
  if (!isEmpty(slice.writes)) yield { kind: 'commit', writes: slice.writes }
  for (const effect of slice.effects) yield { kind: 'perform', effect }
  return { state: slice.state, events: slice.events }
}

export const isEmpty = (writes: Writes): boolean => writes.rows.length + writes.logs.length + writes.dropLogs.length === 0

export interface LoopOptions {
  readonly core: Core
  readonly state: State
  readonly storage: StoragePort
  readonly clock: ClockPort
  /** Performs one effect. Never throws; what it learns comes back through `deliver`. */
  readonly perform: (effect: Effect) => void
  /** The state changed, and is durable. */
  readonly changed: (state: State) => void
  /** There is no room: nothing was performed and nothing lost; the commit is tried again. null: it went through. */
  readonly trouble: (what: 'storageFull' | null) => void
  /** A fault: the loop has stopped, and nothing more is performed. */
  readonly broken: (fault: unknown) => void
}

export interface Loop {
  /** Puts an event at the end of the queue. Ignored once the loop has stopped. */
  readonly deliver: (event: Event) => void
  /** Folds what waits and the event that says so, commits, and stops. */
  readonly stop: () => Promise<void>
}

/** How long a full disk is waited for before the commit is tried again. */
const FULL_RETRY_MS = 5_000

/** Starts the loop with `started` as its first event. */
export function startLoop(options: LoopOptions): Loop {
  const { core, storage, clock } = options
  let { state } = options
  let queue: { event: Event; atMs: number }[] = []
  let running: Promise<void> | null = null
  let stopped = false

  const deliver = (event: Event): void => {
    if (stopped) return
    queue.push({ event, atMs: clock.nowMs() })
    running ??= drain()
  }

  const drain = async (): Promise<void> => {
    try {
      // A turn later, so that events which arrive together share a transaction.
      await Promise.resolve()
      while (queue.length > 0) {
        const until = clock.nowMs() + LIMITS.sliceMs
        const folding = turn(core, state, queue, (events) => events >= LIMITS.sliceEvents || clock.nowMs() >= until)
        let next = folding.next()
        for (; next.done !== true; next = folding.next()) {
          if (next.value.kind === 'commit') await commit(next.value.writes)
          else options.perform(next.value.effect)
        }
        queue = queue.slice(next.value.events)
        state = next.value.state
        options.changed(state)
        if (queue.length > 0) await clock.yieldToPage()
      }
    } catch (fault) {
      stopped = true
      queue = []
      options.broken(fault)
    } finally {
      running = null
    }
  }

  const commit = async (writes: Writes): Promise<void> => {
    for (let attempt = 0; ; attempt++) {
      try {
        await storage.commit(writes)
        if (attempt > 0) options.trouble(null)
        return
      } catch (error) {
        if (!(error instanceof StorageFull)) throw error
        options.trouble('storageFull')
        await new Promise<void>((resolve) => clock.wakeAt(clock.nowMs() + FULL_RETRY_MS, resolve))
      }
    }
  }

  deliver({ kind: 'started' })
  return {
    deliver,
    stop: async () => {
      if (stopped) return
      deliver({ kind: 'stopping' })
      stopped = true
      // One drain takes everything that waits, `stopping` last.
      if (running !== null) await running
    },
  }
}
