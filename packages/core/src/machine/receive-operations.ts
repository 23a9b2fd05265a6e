/** Operations that came in a letter. Any device may bring them, since their authors signed them. */
import { letInByWaiting, missingParents } from '@sotto/membership'
import { askForLog, compareLogs } from '../groups/compare-logs.ts'
import type { Operations } from '../groups/control-messages/operations.ts'
import { logOf, takeOperationsOf } from '../groups/group-log.ts'
import { takeJoinOperations } from '../members/join.ts'
import type { Context } from '../state/context.ts'
import { type Sender, textOf } from '../state/names.ts'
import { GROUP, JOIN } from '../state/tables/groups.ts'
import { isMemberDevice } from './may-say.ts'

export function receiveOperations(context: Context, from: Sender, body: Operations): void {
  if (context.transaction.get(JOIN, textOf(body.group)) !== undefined) takeJoinOperations(context, body)
  else if (context.transaction.get(GROUP, textOf(body.group)) !== undefined) takeFrom(context, from, body)
}

/**
 * For a group that we are in. If an operation waits for its parents, the device that brought it must have them: a member's, or one
 * that was let in behind what was kept from us. That one learns by our answer what was kept from it; until we know that it is a
 * member, one that a former member let in is not told what we have.
 */
function takeFrom(context: Context, from: Sender, body: Operations): void {
  const group = textOf(body.group)
  takeOperationsOf(context, group, body.operations)
  const isWaiting = context.transaction.get(GROUP, group)?.state === 'member' && missingParents(logOf(context, group)).length > 0
  if (!isWaiting) return
  const letInBy = isMemberDevice(context, group, from) ? 'member' : letInByWaiting(logOf(context, group), from.device)
  if (letInBy === 'member') compareLogs(context, group, from.device)
  if (letInBy === 'former') askForLog(context, group, from.device)
}
