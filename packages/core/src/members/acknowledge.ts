/**
 * Acknowledging a removal or demotion (PROTOCOL §5, *acknowledged by a majority*). What a majority of the other admins has
 * in its past cannot be undone by holding an operation back or by backdating one.
 *
 * Only members whose acknowledgement counts sign one, each after a time of its own, and no more once there are enough. So a
 * removal costs a few small operations and not one of each member.
 */
import { spreadMs } from '@sotto/crypto/primitives'
import { hasEndsToAcknowledge, isAncestor, operationIdOf, operationOf, operationsInCausalOrder, resolveAt } from '@sotto/membership'
import { type AccountId, equalBytes, LIMITS, type Operation, type OperationId } from '@sotto/wire'
import { author } from '../epochs/author.ts'
import { maySeal } from '../epochs/caught-up.ts'
import { logOf, rosterOf, signOwn } from '../groups/group-log.ts'
import { selfOf } from '../identity/profile.ts'
import type { Context } from '../state/context.ts'
import { bytesOf, textOf } from '../state/names.ts'
import { ACKNOWLEDGE, GROUP } from '../state/tables/groups.ts'
import { setTimer } from '../state/timers.ts'

/** The key of a row that is about no operation. */
const WHAT_WAS_KEPT = ''

function acknowledgeLater(context: Context, group: string, operation: string): void {
  const atMs = context.nowMs + LIMITS.acknowledgeAfterMs + spreadMs(context.provider.random, LIMITS.acknowledgeSpreadMs)
  context.transaction.put(ACKNOWLEDGE, [group, operation], { atMs })
  setTimer(context, 'acknowledge', atMs, 'earliest')
}

/**
 * Operations were added: removals and demotions among them are acknowledged a little later, and what is kept of a device that may
 * not write any more and others may hold (PROTOCOL §5.48), so that all come to have the same.
 */
export function noteForAcknowledging(context: Context, group: string, operations: readonly Operation[]): void {
  const log = logOf(context, group)
  for (const { unsigned } of operations) {
    const id = operationIdOf(context.provider.primitives, unsigned)
    const { body } = unsigned
    const takesAway = body.kind === 'remove' || (body.kind === 'setRole' && body.role === 'member')
    // What waits for its parents, anyone may have made up.
    if (!takesAway || operationOf(log, id) === undefined || equalBytes(unsigned.account, selfOf(context).account)) continue
    acknowledgeLater(context, group, textOf(id))
  }
  if (hasEndsToAcknowledge(log)) acknowledgeLater(context, group, WHAT_WAS_KEPT)
}

/** Signs one acknowledgement in each group for everything that is due and still needs one. */
export function acknowledgeDue(context: Context): void {
  const groups = new Set<string>()
  for (const { key, value } of context.transaction.scan(ACKNOWLEDGE)) {
    const [group = '', operation = ''] = key
    if (value.atMs > context.nowMs) {
      setTimer(context, 'acknowledge', value.atMs, 'earliest')
      continue
    }
    if (context.transaction.get(GROUP, group)?.state === 'member' && !maySeal(context, group)) {
      // Our last operations may be lost here and known elsewhere. Another one in the place of such an operation would be a fork.
      const atMs = context.nowMs + LIMITS.acknowledgeSpreadMs
      context.transaction.put(ACKNOWLEDGE, key, { atMs })
      setTimer(context, 'acknowledge', atMs, 'earliest')
      continue
    }
    context.transaction.delete(ACKNOWLEDGE, ...key)
    const isDue = operation === WHAT_WAS_KEPT ? isOwed(context, group) : needsUs(context, group, bytesOf<OperationId>(operation))
    if (isDue) groups.add(group)
  }
  for (const group of groups) author(context, group, signOwn(context, group, { kind: 'acknowledge' }))
}

/** Whether others may hold operations that are kept here until we say that we have them. */
const isOwed = (context: Context, group: string): boolean =>
  context.transaction.get(GROUP, group)?.state === 'member' &&
  rosterOf(context, group).isMember(selfOf(context).account) &&
  hasEndsToAcknowledge(logOf(context, group))

/** Whether our acknowledgement of an operation counts and is missing, while there is no majority yet. */
function needsUs(context: Context, group: string, id: OperationId): boolean {
  const log = logOf(context, group)
  const taken = operationOf(log, id)?.unsigned
  const { account: own } = selfOf(context)
  if (taken === undefined || context.transaction.get(GROUP, group)?.state !== 'member' || !('account' in taken.body)) return false
  const electors = electorsOf(context, group, taken.account, taken.body.account, taken.parents)
  if (!electors.some((each) => equalBytes(each, own)) || !rosterOf(context, group).isMember(own)) return false
  const signers = new Set<string>()
  for (const { unsigned } of operationsInCausalOrder(log)) {
    if (isAncestor(log, id, operationIdOf(context.provider.primitives, unsigned))) signers.add(textOf(unsigned.account))
  }
  const inFavour = electors.filter((each) => signers.has(textOf(each))).length
  return !signers.has(textOf(own)) && inFavour * 2 <= electors.length
}

/**
 * The members whose acknowledgement counts, as seen from before the operation: the other admins. If there are none, all other
 * members, but only if the subject was an admin: otherwise no one could have answered with an operation of their own.
 */
function electorsOf(context: Context, group: string, by: AccountId, subject: AccountId, parents: readonly OperationId[]): readonly AccountId[] {
  const before = resolveAt(logOf(context, group), parents)
  const others = before.members.map(({ account }) => account).filter((each) => !equalBytes(each, by) && !equalBytes(each, subject))
  const admins = others.filter((each) => before.isAdmin(each))
  if (admins.length > 0) return admins
  return before.isAdmin(subject) ? others : []
}
