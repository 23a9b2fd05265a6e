/** A group's log as an immutable value: operations come in, each checked once, in any order (PROTOCOL §5, §13.4). */
import { deviceListHash } from '@sotto/crypto'
import type { Primitives } from '@sotto/crypto/primitives'
import { compareBytes, type GroupId, LIMITS, type Operation, type OperationId, toBase64url } from '@sotto/wire'
import { type Bits, countBits, NO_BITS, unionBits } from '../entries/bits.ts'
import type { Entry, GroupState } from '../entries/entry.ts'
import { EMPTY_STATE } from '../entries/group-state.ts'
import { append, emptyHistory, type History, historyUpTo, memberEntryOf } from '../entries/history.ts'
import type { ShapeRejection } from '../entries/rejection.ts'
import { entitled } from '../rules/entitled.ts'
import { stateAfter, stateOf } from '../rules/fold.ts'
import { isOverBudget, waitedFor } from './gone-authors.ts'
import { aloneFault, placeFault } from './shape.ts'
import { operationIdOf } from './sign-operation.ts'
import { orphanOf, type Orphan, type Waiting, waitingPlaceOf, withOrphan } from './waiting.ts'

/** Opaque but for `group`: use the functions of this room. */
export interface MembershipLog {
  readonly group: GroupId
  readonly history: History
  /** How many entries of the history are this log's. */
  readonly count: number
  /** Entries that are in no other's past, ascending by id. */
  readonly heads: readonly Entry[]
  readonly orphans: Waiting
}

export const emptyLog = (group: GroupId): MembershipLog => ({ group, history: emptyHistory(), count: 0, heads: [], orphans: new Map() })

/**
 * What became of an operation: `added` with everything that had waited for it, `known` already (also where it waits),
 * `orphaned` until its parents come, `held` since too many of its device are here (PROTOCOL §5.48), until a member shows that it
 * has it, or a rejection: it is not in the log.
 */
export type AddOutcome = 'added' | 'known' | 'orphaned' | 'held' | ShapeRejection

export interface AddStep {
  readonly log: MembershipLog
  readonly outcome: AddOutcome
  /** What has its place now, parents first: the operation, and what had waited for it. */
  readonly placed: readonly Operation[]
  /** What had waited and is not kept any more: it gave way to another, or was wrong in its place. */
  readonly dropped: readonly OperationId[]
}

const unchanged = (log: MembershipLog, outcome: AddOutcome): AddStep => ({ log, outcome, placed: [], dropped: [] })

/** The log with one more operation. Costs a signature or a few, and little else. `log` stays as it was. */
export const addOperation = (primitives: Primitives, log: MembershipLog, operation: Operation): AddStep => add(primitives, log, operation, false)

/** The same with an operation that this device has taken in before: there is no budget for its author. */
export const addKeptOperation = (primitives: Primitives, log: MembershipLog, operation: Operation): AddStep => add(primitives, log, operation, true)

/**
 * The log with an operation that waited when it was stored. Nothing has its place by that: what might have had it would have had it
 * before. So a log is the same after a start, whatever became of an author since.
 */
export function addWaitingOperation(primitives: Primitives, log: MembershipLog, operation: Operation): Pick<AddStep, 'log' | 'dropped'> {
  const id = operationIdOf(primitives, operation.unsigned)
  const isThere = entryOf(log, id) !== undefined
  const place = waitingPlaceOf(log.history, log.count, () => stateOfLog(log), operation.unsigned)
  const more = isThere ? undefined : withOrphan(log.orphans, orphanOf(id, operation, place, hasParents(log, operation)))
  if (more === undefined) return { log, dropped: [id] }
  return { log: { ...log, orphans: more.waiting }, dropped: more.dropped === null ? [] : [more.dropped.id] }
}

function add(primitives: Primitives, log: MembershipLog, operation: Operation, isKept: boolean): AddStep {
  const id = operationIdOf(primitives, operation.unsigned)
  const key = toBase64url(id)
  if (entryOf(log, id) !== undefined || log.orphans.has(key)) return unchanged(log, 'known')
  const fault = aloneFault(primitives, log.group, id, operation)
  if (fault !== undefined) return unchanged(log, fault)
  if (!hasParents(log, operation)) return addOrphan(primitives, log, id, operation, 'orphaned')
  if (!isKept && isTooMany(log, operation) && !waitedFor(log, () => stateOfLog(log)).has(key)) return addOrphan(primitives, log, id, operation, 'held')
  const placed = place(primitives, log, id, operation)
  if ('code' in placed) return unchanged(log, placed)
  const { log: next, placed: more, dropped } = adopt(primitives, placed, { isForHeld: false, of: null })
  return { log: next, dropped, placed: [operation, ...more], outcome: 'added' }
}

function addOrphan(primitives: Primitives, log: MembershipLog, id: OperationId, operation: Operation, outcome: 'orphaned' | 'held'): AddStep {
  const place = waitingPlaceOf(log.history, log.count, () => stateOfLog(log), operation.unsigned)
  const more = withOrphan(log.orphans, orphanOf(id, operation, place, outcome === 'held'))
  if (more === undefined) return unchanged(log, { code: 'tooManyOrphans', limit: LIMITS.orphanOperations })
  // What was held may be waited for now.
  const { fault, ...adopted } = adopt(primitives, { ...log, orphans: more.waiting }, { isForHeld: outcome === 'orphaned', of: operation })
  return {
    ...adopted,
    outcome: fault ?? (adopted.placed.includes(operation) ? 'added' : outcome),
    dropped: [...(more.dropped === null ? [] : [more.dropped.id]), ...adopted.dropped],
  }
}

/** The log without operations that have waited for too long. */
export function withoutOrphans(log: MembershipLog, ids: readonly OperationId[]): MembershipLog {
  const orphans = new Map(log.orphans)
  for (const id of ids) orphans.delete(toBase64url(id))
  return { ...log, orphans }
}

/** The entry of an operation that this log has in its place. */
export const entryOf = (log: MembershipLog, id: OperationId): Entry | undefined => entryNamed(log, toBase64url(id))

/** The same by the id as text. */
export function entryNamed(log: MembershipLog, name: string): Entry | undefined {
  const entry = log.history.byId.get(name)
  return entry !== undefined && entry.index < log.count ? entry : undefined
}

function isTooMany(log: MembershipLog, { unsigned }: Operation): boolean {
  const past = setOf(unsigned.parents.flatMap((parent) => entryOf(log, parent) ?? []))
  return isOverBudget(log, () => stateOfLog(log), past, unsigned)
}

const hasParents = (log: MembershipLog, { unsigned }: Operation): boolean => unsigned.parents.every((parent) => entryOf(log, parent) !== undefined)

/**
 * Places what waited and may be placed now, and what waited for that. Wrong ones are dropped. `isForHeld`: whether what is held
 * may be waited for now; otherwise it is passed over, since there can be a thousand. `fault`: what is wrong with the operation `of`.
 */
function adopt(
  primitives: Primitives,
  log: MembershipLog,
  { isForHeld, of }: { readonly isForHeld: boolean; readonly of: Operation | null },
): Pick<AddStep, 'log' | 'placed' | 'dropped'> & { readonly fault: ShapeRejection | null } {
  let fault: ShapeRejection | null = null
  if (log.orphans.size === 0) return { log, placed: [], dropped: [], fault }
  const given: Operation[] = []
  const wrong: OperationId[] = []
  let adopted = log
  let waiting: Waiting = log.orphans
  /** Copied once something changes: mostly nothing does. */
  const change = (act: (own: Map<string, Orphan>) => void): void => {
    const own = waiting === log.orphans ? new Map(waiting) : (waiting as Map<string, Orphan>)
    act(own)
    waiting = own
  }
  for (let before = -1; before !== waiting.size;) {
    before = waiting.size
    let wanted: ReadonlySet<string> | undefined
    const isWanted = (key: string): boolean => (wanted ??= waitedFor({ ...adopted, orphans: waiting }, () => stateOfLog(adopted))).has(key)
    for (const [key, orphan] of waiting) {
      const { id, operation, isHeld } = orphan
      if (!orphan.parents.every((parent) => entryNamed(adopted, parent) !== undefined)) continue
      if (isHeld ? !isForHeld || !isWanted(key) : isTooMany(adopted, operation) && !isWanted(key)) {
        if (!isHeld) change((own) => own.set(key, { ...orphan, isHeld: true }))
        continue
      }
      change((own) => own.delete(key))
      const placed = place(primitives, adopted, id, operation)
      if ('code' in placed) {
        wrong.push(id)
        if (operation === of) fault = placed
      } else {
        adopted = placed
        given.push(operation)
      }
    }
  }
  return { log: { ...adopted, orphans: waiting }, placed: given, dropped: wrong, fault }
}

/** Puts an operation in its place behind its parents, which are there. */
function place(primitives: Primitives, log: MembershipLog, id: OperationId, operation: Operation): MembershipLog | ShapeRejection {
  const parents = operation.unsigned.parents.flatMap((parent) => entryOf(log, parent) ?? [])
  const past = setOf(parents)
  const history = log.count === log.history.entries.length ? log.history : historyUpTo(log.history, log.count)
  const fault = placeFault(primitives, history, past, operation)
  if (fault !== undefined) return fault
  const before = stateOfHeads(history, parents)
  const brought = memberEntryOf(operation)
  const listHash = brought === null ? null : deviceListHash(primitives, brought.list)
  const { account, device, body } = operation.unsigned
  const verdict = entitled(before, { account, device, body, listHash })
  // Every device with its past says the same: none keeps it, and nothing can rest on it.
  if (verdict.kind === 'notEntitled') return { code: 'notEntitled', because: verdict.because }
  const entry: { -readonly [K in keyof Entry]: Entry[K] } = {
    index: log.count,
    id,
    operation,
    depth: parents.reduce((depth, parent) => Math.max(depth, parent.depth + 1), 0),
    past,
    pastCount: countBits(past),
    listHash,
    right: verdict.right,
    before,
    after: before,
  }
  entry.after = stateAfter(before, entry)
  append(history, entry)
  const heads = [...log.heads.filter((head) => !parents.some((parent) => parent.index === head.index)), entry]
  return { ...log, history, count: log.count + 1, heads: heads.toSorted((a, b) => compareBytes(a.id, b.id)) }
}

/** These entries and all that is before them. */
export function setOf(heads: readonly Entry[]): Bits {
  return heads.length === 0
    ? NO_BITS
    : unionBits(
        heads.map(({ past }) => past),
        heads.map(({ index }) => index),
      )
}

/** Heads are the same value as long as nothing has a new place: what waits costs no fold. */
const states = new WeakMap<readonly Entry[], GroupState>()

/** The state of all operations that have their place. */
export function stateOfLog({ history, heads }: MembershipLog): GroupState {
  const known = states.get(heads) ?? stateOfHeads(history, heads)
  states.set(heads, known)
  return known
}

/** The state of these entries and all that is before them. */
export function stateOfHeads(history: History, heads: readonly Entry[]): GroupState {
  const [only] = heads
  if (only === undefined) return EMPTY_STATE
  return heads.length === 1 ? only.after : stateOf(history, setOf(heads))
}
