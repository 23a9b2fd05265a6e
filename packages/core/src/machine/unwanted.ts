/** A join request was admitted after it had been withdrawn: this device leaves as soon as it knows the group (PROTOCOL §5). */
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
 * We were admitted all the same. This device is a member for this one step, only to leave. The devices that welcomed us are
 * also told in private: if a secret is missing, there is no mailbox for the operation.
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

/** Ends requests that were withdrawn so long ago that no member admits them and no letter about them is on its way. */
export function expireWithdrawn(context: Context): void {
  for (const { key, value } of context.transaction.scan(JOIN)) {
    const [group = ''] = key
    if (value.step !== 'withdrawn' || value.startedMs + LIMITS.inviteMs + LIMITS.retentionMs > context.nowMs) continue
    endJoin(context, group)
    forgetSaid(context, group, false)
    if (context.transaction.get(GROUP, group) === undefined) forgetGroup(context, group)
  }
}
