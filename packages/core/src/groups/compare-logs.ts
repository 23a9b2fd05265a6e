/**
 * Comparing the membership log with one device, in private (PROTOCOL §5). A device that lacks an operation sends its heads
 * to a device that must have it. This works where neither the mailbox nor a peer does: a relay may have dropped a removal,
 * or a member may have told one half of a group what it did not tell the other.
 */
import { admissionsOf, earlierOperations, heads, isAncestor, missingFrom, operationIdOf, operationsInCausalOrder, unseenAdmissions } from '@sotto/membership'
import { type DeviceId, equalBytes, type GroupId, LIMITS, type Operation, type OperationId } from '@sotto/wire'
import { selfOf } from '../identity/profile.ts'
import { queueControlMessage } from '../sessions/control-queue.ts'
import type { Context } from '../state/context.ts'
import { bytesOf, textOf } from '../state/names.ts'
import { ANSWERED_LOG, ASKED_LOG } from '../state/tables/groups.ts'
import { type LogHeads, logHeads } from './control-messages/log-heads.ts'
import { logOf, rosterOf } from './group-log.ts'
import { queueOperations } from './queue-operations.ts'

/** A device is asked at most once in this time about one group. */
const ASK_AGAIN_MS = 10_000

/** Sends a device our heads, so that it sends what we lack and asks for what it lacks. */
export function compareLogs(context: Context, group: string, device: DeviceId): void {
  if (mayAsk(context, group, device)) sendHeads(context, group, device, false)
}

/** The same of a device that is not told what we have: it sends all that it has. */
export function askForLog(context: Context, group: string, device: DeviceId): void {
  if (mayAsk(context, group, device))
    queueControlMessage(context, device, logHeads, { group: bytesOf<GroupId>(group), isAnswer: false, heads: [], earlier: [] })
}

/**
 * The same with a device that is out, and behaves as if it did not know: it is told what ended its membership and what comes before
 * that, and nothing later. A device that the log does not name is told nothing.
 */
export function compareUpToEnd(context: Context, group: string, device: DeviceId): void {
  const ends = endsOf(context, group, device).slice(0, LIMITS.operationParents)
  if (ends.length === 0 || !mayAsk(context, group, device)) return
  const log = logOf(context, group)
  const earlier = earlierOperations(log).filter((id) => ends.some((end) => isAncestor(log, id, end)))
  queueControlMessage(context, device, logHeads, { group: bytesOf<GroupId>(group), isAnswer: false, heads: ends, earlier })
}

function mayAsk(context: Context, group: string, device: DeviceId): boolean {
  const asked = context.transaction.get(ASKED_LOG, group, textOf(device))
  if (asked !== undefined && asked.atMs + ASK_AGAIN_MS > context.nowMs) return false
  context.transaction.put(ASKED_LOG, [group, textOf(device)], { atMs: context.nowMs })
  return true
}

function sendHeads(context: Context, group: string, device: DeviceId, isAnswer: boolean): void {
  const log = logOf(context, group)
  queueControlMessage(context, device, logHeads, {
    group: bytesOf<GroupId>(group),
    isAnswer,
    heads: heads(log).slice(0, LIMITS.operationParents),
    earlier: earlierOperations(log),
  })
}

/**
 * Answers a device that sent its heads. A member gets what it lacks. A removed or departed member, and one whose admission was
 * filtered, gets what ended it and the operations before that, and nothing later. Answered only from time to time, since a few heads ask for a whole log. Returns whether
 * we lack nothing that the device named.
 */
export function answerLogHeads(context: Context, from: DeviceId, body: LogHeads): boolean {
  const group = textOf(body.group)
  const log = logOf(context, group)
  const { operations, unknownHeads } = missingFrom(log, body.heads, body.earlier)
  const isIn = rosterOf(context, group).deviceOf(from) !== undefined
  if (isIn && unknownHeads.length > 0) compareLogs(context, group, from)
  const lacksNothing = unknownHeads.length === 0
  if (isAnswered(context, group, from)) return lacksNothing
  if (!body.isAnswer || operations.length > 0) context.transaction.put(ANSWERED_LOG, [group, textOf(from)], { atMs: context.nowMs })
  sendOperations(context, group, from, isIn ? operations : upToEnd(context, group, from, operations))
  // Sent after what it lacks, so that the asking device knows that it has everything.
  if (isIn && !body.isAnswer) sendHeads(context, group, from, true)
  return lacksNothing
}

const isAnswered = (context: Context, group: string, device: DeviceId): boolean =>
  (context.transaction.get(ANSWERED_LOG, group, textOf(device))?.atMs ?? -Infinity) + LIMITS.logAnswerAgainMs > context.nowMs

/** Sends a member the operations that one of its own operations shows it has not seen. */
export function sendWhatItLacked(context: Context, group: string, device: DeviceId, operation: OperationId): void {
  if (rosterOf(context, group).deviceOf(device) === undefined) return
  sendOperations(context, group, device, missingFrom(logOf(context, group), [operation]).operations)
}

/**
 * Shows a member who let us in, if none of its own operations shows that it knows us: it drops what an unknown device says of the
 * group, and would stay apart. If these have no place in its log, it asks us for what comes before them.
 */
export function sendOwnAdmission(context: Context, group: string, device: DeviceId): void {
  sendOperations(context, group, device, unseenAdmissions(logOf(context, group), device, selfOf(context).device))
}

function sendOperations(context: Context, group: string, device: DeviceId, operations: readonly Operation[]): void {
  queueOperations(context, device, bytesOf<GroupId>(group), operations)
}

function upToEnd(context: Context, group: string, device: DeviceId, operations: readonly Operation[]): readonly Operation[] {
  const log = logOf(context, group)
  const ends = endsOf(context, group, device)
  return operations.filter(({ unsigned }) => {
    const id = operationIdOf(context.provider.primitives, unsigned)
    return ends.some((end) => equalBytes(id, end) || isAncestor(log, id, end))
  })
}

/** What ended a device's membership: its departure, or what closed its invite at the time of its admission. */
function endsOf(context: Context, group: string, device: DeviceId): readonly OperationId[] {
  const roster = rosterOf(context, group)
  const account = roster.accountOf(device)
  const departure = account === undefined ? undefined : roster.departed.find((each) => equalBytes(each.account, account))
  if (departure !== undefined) return [departure.operation]
  const log = logOf(context, group)
  const admissions = admissionsOf(log, device)
  if (admissions.length === 0) return []
  return operationsInCausalOrder(log).flatMap(({ unsigned }) => {
    if (unsigned.body.kind !== 'remove' && unsigned.body.kind !== 'leave' && unsigned.body.kind !== 'revokeInvite') return []
    const id = operationIdOf(context.provider.primitives, unsigned)
    return admissions.some((admission) => !isAncestor(log, id, admission) && !isAncestor(log, admission, id)) ? [id] : []
  })
}
