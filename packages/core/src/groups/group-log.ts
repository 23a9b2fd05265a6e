/** A group's membership log inside the machine: operations are added, and the roster follows (PROTOCOL §5). */
import {
  addKeptOperation,
  addOperation,
  addWaitingOperation,
  type AddOutcome,
  emptyLog,
  type MembershipLog,
  nextPlace,
  operationIdOf,
  resolve,
  type Roster,
  signOperation,
  withoutOrphans,
} from '@sotto/membership'
import { type GroupId, LIMITS, type Operation, type OperationBody, type OperationId, type UnsignedOperation } from '@sotto/wire'
import { selfOf } from '../identity/profile.ts'
import { type Context, tell } from '../state/context.ts'
import { nextNumber } from '../state/local-numbers.ts'
import { bytesOf, textOf } from '../state/names.ts'
import { sortable } from '../state/table.ts'
import { GROUP, MEMBERSHIP_LOG, OPERATION, ORPHAN } from '../state/tables/groups.ts'

/** The log of a group, empty if we know nothing of it. Rebuilt from its operations once after a start. */
export function logOf(context: Context, group: string): MembershipLog {
  const known = context.transaction.get(MEMBERSHIP_LOG, group)
  if (known !== undefined) return known
  let log = emptyLog(bytesOf<GroupId>(group))
  for (const { value } of context.transaction.scan(OPERATION, group)) {
    log = addKeptOperation(context.provider.primitives, log, value).log
  }
  for (const { value } of context.transaction.scan(ORPHAN, group)) {
    const step = addWaitingOperation(context.provider.primitives, log, value.operation)
    log = step.log
    // What the log knows of their authors may have changed since, and with it how many of them it keeps.
    for (const id of step.dropped) context.transaction.delete(ORPHAN, group, textOf(id))
  }
  // No log is kept for an unknown group.
  if (log.count + log.orphans.size > 0) context.transaction.put(MEMBERSHIP_LOG, [group], log)
  return log
}

export const rosterOf = (context: Context, group: string): Roster => resolve(logOf(context, group))

/**
 * Takes in operations from any source, since the log itself checks each one. The machine does what follows from them.
 * Returns how many were new.
 */
export function takeOperationsOf(context: Context, group: string, operations: readonly Operation[]): number {
  const before = logOf(context, group)
  let log = before
  const added: Operation[] = []
  const idOf = (operation: Operation): string => textOf(operationIdOf(context.provider.primitives, operation.unsigned))
  const isMember = context.transaction.get(GROUP, group)?.state === 'member'
  for (const each of operations) {
    const step = addOperation(context.provider.primitives, log, each)
    log = step.log
    for (const id of step.dropped) context.transaction.delete(ORPHAN, group, textOf(id))
    for (const placed of step.placed) {
      if (placed !== each) context.transaction.delete(ORPHAN, group, idOf(placed))
      context.transaction.put(OPERATION, [group, sortable(nextNumber(context))], placed)
    }
    added.push(...step.placed)
    if (isMember) tellOutcome(context, group, each, step.outcome)
    if (step.outcome !== 'orphaned' && step.outcome !== 'held') continue
    added.push(each)
    context.transaction.put(ORPHAN, [group, idOf(each)], { operation: each, sinceMs: context.nowMs })
  }
  if (added.length === 0) return 0
  context.transaction.put(MEMBERSHIP_LOG, [group], log)
  if (isMember) tell(context, { kind: 'operationsAdded', group, operations: added, before })
  return added.length
}

function tellOutcome(context: Context, group: string, operation: Operation, outcome: AddOutcome): void {
  if (typeof outcome !== 'string' && outcome.code === 'notEntitled') tell(context, { kind: 'operationRefused', group, operation })
}

/** Forgets operations whose parents did not come in time. */
export function expireOrphans(context: Context): void {
  for (const { key, value } of context.transaction.scan(ORPHAN)) {
    const [group = '', operation = ''] = key
    if (value.sinceMs + LIMITS.orphanMs > context.nowMs) continue
    const log = withoutOrphans(logOf(context, group), [bytesOf<OperationId>(operation)])
    context.transaction.delete(ORPHAN, ...key)
    if (context.transaction.get(MEMBERSHIP_LOG, group) !== undefined) context.transaction.put(MEMBERSHIP_LOG, [group], log)
  }
}

/** Signs an operation of this device with everything it has seen as its past. It is neither added to the log nor sent yet. */
export function signOwn(context: Context, group: string, body: OperationBody): { operation: Operation; id: OperationId } {
  const self = selfOf(context)
  const log = logOf(context, group)
  const unsigned: UnsignedOperation = {
    suite: 1,
    group: bytesOf<GroupId>(group),
    account: self.account,
    device: self.device,
    ...nextPlace(log, self.device),
    writtenMs: context.nowMs,
    body,
  }
  const { primitives } = context.provider
  const keyPair = primitives.ed25519.keyPairFromSeed(self.deviceSeed)
  return { operation: signOperation(primitives, unsigned, keyPair), id: operationIdOf(primitives, unsigned) }
}
