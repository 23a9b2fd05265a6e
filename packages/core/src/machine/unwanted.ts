/** A request to join was granted after it had been taken back: this device leaves as soon as it knows the group (PROTOCOL §5). */
import { mayAuthor } from '@sotto/membership'
import { type DeviceId, type GroupId, LIMITS } from '@sotto/wire'
import { author } from '../epochs/author.ts'
import { operations } from '../groups/control-messages/operations.ts'
import { rosterOf, signOwn } from '../groups/group-log.ts'
import { type Before, putBack } from '../groups/group-row.ts'
import { selfOf } from '../identity/profile.ts'
import { endJoin } from '../members/join-row.ts'
import { forgetSaid } from '../members/withdrawn-join.ts'
import { queueControlMessage } from '../sessions/control-queue.ts'
import type { Context } from '../state/context.ts'
import { bytesOf } from '../state/names.ts'
import { GROUP, JOIN } from '../state/tables/groups.ts'
import { endMembership, forgetGroup } from './forget.ts'

/**
 * Somebody let us in all the same: we are in, in this one step, to leave. Those who welcomed us are told in private too,
 * since where a secret is missing there is no mailbox to leave it in.
 */
export function leaveUnwanted(context: Context, group: string, before: Before | undefined, admitters: readonly DeviceId[]): void {
  const body = { kind: 'leave', successor: null } as const
  if (mayAuthor(context.provider.primitives, rosterOf(context, group), selfOf(context), body) !== true) return
  const signed = signOwn(context, group, body)
  author(context, group, signed)
  for (const device of admitters) queueControlMessage(context, device, operations, { group: bytesOf<GroupId>(group), operations: [signed.operation] })
  forgetSaid(context, group, false)
  if (before === undefined) return forgetGroup(context, group)
  endMembership(context, group)
  putBack(context, group, before)
}

/** Nobody grants what was taken back so long ago, and no letter about it is on its way. */
export function expireWithdrawn(context: Context): void {
  for (const { key, value } of context.transaction.scan(JOIN)) {
    const [group = ''] = key
    if (value.step !== 'withdrawn' || value.startedMs + LIMITS.inviteMs + LIMITS.retentionMs > context.nowMs) continue
    endJoin(context, group)
    forgetSaid(context, group, false)
    if (context.transaction.get(GROUP, group) === undefined) forgetGroup(context, group)
  }
}
