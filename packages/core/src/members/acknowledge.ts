/**
 * Saying that one has learned of a removal or demotion (PROTOCOL §5, *witnessed*): what a majority of the other admins
 * has in its past cannot be undone by holding an operation back or dating one back.
 *
 * Only those members sign whose word counts, each after a time of its own, and no more once there are enough: a removal
 * costs a few small operations and not one of everybody.
 */
import { spreadMs } from '@sotto/crypto/primitives'
import { isAncestor, operationIdOf, operationOf, operationsInCausalOrder, resolveAt } from '@sotto/membership'
import { type AccountId, equalBytes, LIMITS, type Operation, type OperationId } from '@sotto/wire'
import { author } from '../epochs/author.ts'
import { maySeal } from '../epochs/caught-up.ts'
import { logOf, rosterOf, signOwn } from '../groups/group-log.ts'
import { selfOf } from '../identity/profile.ts'
import type { Context } from '../state/context.ts'
import { bytesOf, textOf } from '../state/names.ts'
import { ACKNOWLEDGE, GROUP } from '../state/tables/groups.ts'
import { setTimer } from '../state/timers.ts'

/** Operations came in: those that take something from somebody are acknowledged a little later. */
export function noteForAcknowledging(context: Context, group: string, operations: readonly Operation[]): void {
  for (const { unsigned } of operations) {
    const { body } = unsigned
    const takesAway = body.kind === 'remove' || (body.kind === 'setRole' && body.role === 'member')
    if (!takesAway || equalBytes(unsigned.account, selfOf(context).account)) continue
    const atMs = context.nowMs + LIMITS.acknowledgeAfterMs + spreadMs(context.provider.random, LIMITS.acknowledgeSpreadMs)
    context.transaction.put(ACKNOWLEDGE, [group, textOf(operationIdOf(context.provider.primitives, unsigned))], { atMs })
    setTimer(context, 'acknowledge', atMs, 'earliest')
  }
}

/** Signs one acknowledgement in each group for everything whose time has come and that still needs it. */
export function acknowledgeDue(context: Context): void {
  const groups = new Set<string>()
  for (const { key, value } of context.transaction.scan(ACKNOWLEDGE)) {
    const [group = '', operation = ''] = key
    if (value.atMs > context.nowMs) {
      setTimer(context, 'acknowledge', value.atMs, 'earliest')
      continue
    }
    if (context.transaction.get(GROUP, group)?.state === 'member' && !maySeal(context, group)) {
      // Our last operations may be lost here and known elsewhere: a second one in the place of such a one is a fork.
      const atMs = context.nowMs + LIMITS.acknowledgeSpreadMs
      context.transaction.put(ACKNOWLEDGE, key, { atMs })
      setTimer(context, 'acknowledge', atMs, 'earliest')
      continue
    }
    context.transaction.delete(ACKNOWLEDGE, ...key)
    if (needsUs(context, group, bytesOf<OperationId>(operation))) groups.add(group)
  }
  for (const group of groups) author(context, group, signOwn(context, group, { kind: 'acknowledge' }))
}

/** Whether our word counts for an operation, is not there yet, and a majority is not either. */
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
 * Whose word counts, as seen from before the operation: the other admins. Where there are none, everybody else, but only
 * if the subject was an admin: else there was nobody who could have answered with an operation of their own.
 */
function electorsOf(context: Context, group: string, by: AccountId, subject: AccountId, parents: readonly OperationId[]): readonly AccountId[] {
  const before = resolveAt(logOf(context, group), parents)
  const others = before.members.map(({ account }) => account).filter((each) => !equalBytes(each, by) && !equalBytes(each, subject))
  const admins = others.filter((each) => before.isAdmin(each))
  if (admins.length > 0) return admins
  return before.isAdmin(subject) ? others : []
}
