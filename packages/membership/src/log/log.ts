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
import { aloneFault, placeFault } from './shape.ts'
import { operationIdOf } from './sign-operation.ts'

/** An operation that waits for its parents. Its signature is that of the device it names, whosever that is. */
export interface Orphan {
  readonly id: OperationId
  readonly operation: Operation
}

/** Opaque but for `group`: use the functions of this room. */
export interface MembershipLog {
  readonly group: GroupId
  readonly history: History
  /** How many entries of the history are this log's. */
  readonly count: number
  /** Entries that are in no other's past, ascending by id. */
  readonly heads: readonly Entry[]
  readonly orphans: ReadonlyMap<string, Orphan>
}

export const emptyLog = (group: GroupId): MembershipLog => ({ group, history: emptyHistory(), count: 0, heads: [], orphans: new Map() })

/**
 * What became of an operation: `added` with everything that had waited for it, `known` already (as an orphan too),
 * `orphaned` until its parents come, or a rejection, which leaves the log as it was.
 */
export type AddOutcome = 'added' | 'known' | 'orphaned' | ShapeRejection

/** The log with one more operation. Costs a signature or a few, and little else. `log` stays as it was. */
export function addOperation(primitives: Primitives, log: MembershipLog, operation: Operation): { readonly log: MembershipLog; readonly outcome: AddOutcome } {
  const id = operationIdOf(primitives, operation.unsigned)
  const key = toBase64url(id)
  if (entryOf(log, id) !== undefined || log.orphans.has(key)) return { log, outcome: 'known' }
  const fault = aloneFault(primitives, log.group, id, operation)
  if (fault !== undefined) return { log, outcome: fault }
  if (!hasParents(log, operation)) {
    if (log.orphans.size >= LIMITS.orphanOperations) return { log, outcome: { code: 'tooManyOrphans', limit: LIMITS.orphanOperations } }
    return { log: { ...log, orphans: new Map(log.orphans).set(key, { id, operation }) }, outcome: 'orphaned' }
  }
  const placed = place(primitives, log, id, operation)
  return 'code' in placed ? { log, outcome: placed } : { log: adopt(primitives, placed), outcome: 'added' }
}

/** The entry of an operation that this log has in its place. */
export function entryOf(log: MembershipLog, id: OperationId): Entry | undefined {
  const entry = log.history.byId.get(toBase64url(id))
  return entry !== undefined && entry.index < log.count ? entry : undefined
}

const hasParents = (log: MembershipLog, { unsigned }: Operation): boolean => unsigned.parents.every((parent) => entryOf(log, parent) !== undefined)

/** Places the orphans that have all their parents now, and those that waited for them. Wrong ones are dropped. */
function adopt(primitives: Primitives, log: MembershipLog): MembershipLog {
  if (log.orphans.size === 0) return log
  let adopted = log
  const waiting = new Map(log.orphans)
  for (let before = -1; before !== waiting.size;) {
    before = waiting.size
    for (const [key, { id, operation }] of waiting) {
      if (!hasParents(adopted, operation)) continue
      waiting.delete(key)
      const placed = place(primitives, adopted, id, operation)
      if (!('code' in placed)) adopted = placed
    }
  }
  return { ...adopted, orphans: waiting }
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
  const entry: { -readonly [K in keyof Entry]: Entry[K] } = {
    index: log.count,
    id,
    operation,
    depth: parents.reduce((depth, parent) => Math.max(depth, parent.depth + 1), 0),
    past,
    pastCount: countBits(past),
    listHash,
    verdict: entitled(before, { account, device, body, listHash }),
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

/** The state of these entries and all that is before them. */
export function stateOfHeads(history: History, heads: readonly Entry[]): GroupState {
  const [only] = heads
  if (only === undefined) return EMPTY_STATE
  return heads.length === 1 ? only.after : stateOf(history, setOf(heads))
}
