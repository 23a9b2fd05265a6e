/**
 * The loop: step, commit, perform, and never another order (ARCHITECTURE, "The loop").
 *
 * Waiting events are folded in slices of up to `LIMITS.sliceMs`. A slice is one transaction: strict durability for each
 * message would be a flush for each. Between slices the page may paint.
 *
 * An event from the network that makes the machine throw is dropped, as if it had never come. A step is pure, so the
 * state before it is still valid. Everything else that throws is a fault of ours, and stops the loop.
 *
 * The decisions are in `Slice`, which is synchronous. The simulator runs the same code and decides itself when a commit
 * is durable.
 */
import type { Core, Effect, Event, NetworkEvent, State } from '@sotto/core'
import { LIMITS } from '@sotto/wire'
import { EventQueue, type Queued } from './event-queue.ts'
import { mergeWrites, NO_WRITES } from './merge-writes.ts'
import { type ClockPort, StorageFull, type StoragePort, type Writes } from './ports.ts'

/** Events folded into one transaction: the state after them, what must be committed, and the effects that may follow then. */
export interface Slice {
  readonly state: State
  readonly writes: Writes
  readonly effects: readonly Effect[]
  /** How many events were folded, dropped ones included. */
  readonly events: number
  /** Events from the network that made the machine throw. Nothing of them took effect. */
  readonly dropped: readonly Dropped[]
}

export interface Dropped {
  readonly event: NetworkEvent
  readonly fault: unknown
}

/**
 * Whether the machine may continue as if an event had never come. Frames, gossip and addresses are written by others,
 * and all of them may be lost anyway. The end of a connection may not be dropped: the machine would rely on it.
 */
function mayBeDropped(event: Event): event is NetworkEvent {
  switch (event.kind) {
    case 'relayFrameReceived':
    case 'peerFrameReceived':
    case 'gossipReceived':
    case 'relayOpened':
    case 'addressesChanged':
    case 'peerOpened':
    case 'peerPathChanged':
    case 'relayIsAnother':
    case 'relayAnswered':
      return true
    case 'started':
    case 'stopping':
    case 'requested':
    case 'historyRead':
    case 'historyFailed':
    case 'chunkWritten':
    case 'chunkRead':
    case 'chunksListed':
    case 'woke':
    case 'idle':
    case 'rowsRenewed':
    case 'networkStarted':
    case 'relayClosed':
    case 'peerClosed':
      return false
  }
}

/** Folds events of a queue until the slice is full. `isFull` is called after each event. */
export function foldSlice(core: Core, state: State, queue: Iterable<Queued>, isFull: (events: number) => boolean): Slice {
  let slice: Slice = { state, writes: NO_WRITES, effects: [], events: 0, dropped: [] }
  for (const { event, atMs } of queue) {
    slice = { ...folded(core, slice, event, atMs), events: slice.events + 1 }
    if (isFull(slice.events)) break
  }
  return slice
}

function folded(core: Core, slice: Slice, event: Event, atMs: number): Slice {
  try {
    const { state, writes, effects } = core.step(slice.state, event, atMs)
    return { ...slice, state, writes: mergeWrites(slice.writes, writes), effects: [...slice.effects, ...effects] }
  } catch (fault) {
    if (!mayBeDropped(event)) throw fault
    return { ...slice, dropped: [...slice.dropped, { event, fault }] }
  }
}

/** The next actions, in the order in which they must be done. */
export type Action =
  ({ readonly kind: 'report' } & Dropped) | { readonly kind: 'commit'; readonly writes: Writes } | { readonly kind: 'perform'; readonly effect: Effect }

/**
 * One turn of the loop: fold, report dropped events, commit, perform. The order is written only here. The driver (the loop
 * below, or the simulator) does each action before it takes the next, and may die in between.
 */
export function* turn(
  core: Core,
  state: State,
  queue: Iterable<Queued>,
  isFull: (events: number) => boolean,
): Generator<Action, { readonly state: State; readonly events: number }> {
  const slice = foldSlice(core, state, queue, isFull)
  for (const each of slice.dropped) yield { kind: 'report', ...each }
  if (!isEmpty(slice.writes)) yield { kind: 'commit', writes: slice.writes }
  for (const effect of slice.effects) yield { kind: 'perform', effect }
  return { state: slice.state, events: slice.events }
}

export const isEmpty = (writes: Writes): boolean =>
  writes.rows.length + writes.histories.length + writes.dropHistories.length + (writes.eraseKeys?.length ?? 0) === 0

export interface LoopOptions {
  readonly core: Core
  readonly state: State
  readonly storage: StoragePort
  readonly clock: ClockPort
  /** Performs one effect. Never throws. What it learns comes back through `deliver`. */
  readonly perform: (effect: Effect) => void
  /** The state changed, and is durable. */
  readonly changed: (state: State) => void
  /** There is no room: nothing was performed and nothing lost, and the commit is tried again. null: it succeeded. */
  readonly trouble: (what: 'storageFull' | null) => void
  /** An event from the network made the machine throw. It was dropped, and the loop continues. */
  readonly dropped: (dropped: Dropped) => void
  /** A fault: the loop has stopped, and nothing more is performed. */
  readonly broken: (fault: unknown) => void
}

export interface Loop {
  /** Puts an event at the end of the queue. Ignored once the loop has stopped. */
  readonly deliver: (event: Event) => void
  /** Folds what waits and the `stopping` event, commits, and stops. */
  readonly stop: () => Promise<void>
}

/** After the last event, before work is done that nobody waits for; and between two pieces of it. */
const IDLE_AFTER_MS = 20

/** How long to wait on a full disk before the commit is tried again. */
const FULL_RETRY_MS = 5_000

/** Starts the loop with `started` as its first event. */
export function startLoop(options: LoopOptions): Loop {
  const { core, storage, clock } = options
  let { state } = options
  const queue = new EventQueue()
  let running: Promise<void> | null = null
  let stopped = false
  let cancelIdle = (): void => {}

  const awaitIdle = (): void => {
    cancelIdle()
    if (core.hasIdleWork(state)) cancelIdle = clock.wakeAt(clock.nowMs() + IDLE_AFTER_MS, () => deliver({ kind: 'idle' }))
  }

  const deliver = (event: Event): void => {
    if (stopped) return
    queue.put(event)
    running ??= drain()
  }

  const drain = async (): Promise<void> => {
    try {
      // A turn later, so that events that arrive together share a transaction.
      await Promise.resolve()
      while (queue.length > 0) {
        const until = clock.nowMs() + LIMITS.sliceMs
        const folding = turn(
          core,
          state,
          queue.taken(() => clock.nowMs()),
          (events) => events >= LIMITS.sliceEvents || clock.nowMs() >= until,
        )
        let next = folding.next()
        for (; next.done !== true; next = folding.next()) {
          switch (next.value.kind) {
            case 'report':
              options.dropped(next.value)
              break
            case 'commit':
              await commit(next.value.writes)
              break
            case 'perform':
              options.perform(next.value.effect)
          }
        }
        state = next.value.state
        options.changed(state)
        if (queue.length > 0) await clock.yieldToPage()
      }
      if (!stopped) awaitIdle()
    } catch (fault) {
      stopped = true
      queue.clear()
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
      cancelIdle()
      deliver({ kind: 'stopping' })
      stopped = true
      // One drain takes all waiting events, `stopping` last.
      if (running !== null) await running
    },
  }
}
