/**
 * A new member's first message waits until the member has compared logs with somebody who neither made the invite nor
 * let it in, where there is one (PROTOCOL §5): those two may have shown it a group of their own making. An absent
 * member must not keep it silent, so it waits for a bounded time.
 */
import { operationOf } from '@sotto/membership'
import { type AccountId, type DeviceId, equalBytes, LIMITS } from '@sotto/wire'
import { selfOf } from '../identity/profile.ts'
import type { Context } from '../state/context.ts'
import { type Sender, textOf } from '../state/names.ts'
import { ASKED_LOG, GROUP, NEW_MEMBER } from '../state/tables/groups.ts'
import { setTimer } from '../state/timers.ts'
import { answerLogHeads, compareLogs } from './compare-logs.ts'
import type { LogHeads } from './control-messages/log-heads.ts'
import { logOf, rosterOf } from './group-log.ts'
import { someOf } from './recipients.ts'

/** How many third parties are asked at once, and how many later, as they are heard of. */
const ASKED = 3

/** We have just come in: asks others than those who let us in which operations they have. */
export function compareAsNewMember(context: Context, group: string): void {
  const others = thirdParties(context, group)
  if (others.length === 0) return
  const untilMs = context.nowMs + LIMITS.newMemberComparesMs
  context.transaction.put(NEW_MEMBER, [group], { untilMs })
  setTimer(context, 'isolated', untilMs, 'earliest')
  for (const device of someOf(
    context,
    others.map((each) => each.device),
    ASKED,
  ))
    compareLogs(context, group, device)
}

/** Whether our first message has to wait still. */
export const isComparing = (context: Context, group: string): boolean => (context.transaction.get(NEW_MEMBER, group)?.untilMs ?? 0) > context.nowMs

/** A device says that it is there: where those that were drawn are away, it is one that can answer. */
export function askAsNewMember(context: Context, group: string, device: DeviceId): void {
  if (!isComparing(context, group) || context.transaction.scan(ASKED_LOG, group).length >= 2 * ASKED) return
  if (isThirdParty(context, group, device)) compareLogs(context, group, device)
}

/** A device compares its log with ours. */
export function receiveLogHeads(context: Context, from: Sender, body: LogHeads): void {
  if (answerLogHeads(context, from.device, body)) compared(context, textOf(body.group), from.device)
}

/** A device has nothing that we lack: where it is a third party's, we know what it knows. */
function compared(context: Context, group: string, device: DeviceId): void {
  if (context.transaction.get(NEW_MEMBER, group) === undefined) return
  if (isThirdParty(context, group, device)) context.transaction.delete(NEW_MEMBER, group)
}

/** Ends the waits that are over: their time is, or there is nobody left to wait for. */
export function endComparing(context: Context): void {
  for (const { key, value } of context.transaction.scan(NEW_MEMBER)) {
    const [group = ''] = key
    const isMember = context.transaction.get(GROUP, group)?.state === 'member'
    if (value.untilMs <= context.nowMs || !isMember || thirdParties(context, group).length === 0) context.transaction.delete(NEW_MEMBER, group)
    else setTimer(context, 'isolated', value.untilMs, 'earliest')
  }
}

const isThirdParty = (context: Context, group: string, device: DeviceId): boolean =>
  thirdParties(context, group).some((each) => equalBytes(each.device, device))

/** One device each of the members that neither made our invite nor let us in. */
function thirdParties(context: Context, group: string): readonly { readonly account: AccountId; readonly device: DeviceId }[] {
  const self = selfOf(context)
  const roster = rosterOf(context, group)
  const admission = roster.deviceOf(self.device)?.admittedBy
  const admit = admission === undefined ? undefined : operationOf(logOf(context, group), admission)?.unsigned
  const invite = admit?.body.kind === 'admit' && admit.body.invite !== null ? operationOf(logOf(context, group), admit.body.invite)?.unsigned : undefined
  const involved = [self.account, admit?.account, invite?.account].flatMap((each) => (each === undefined ? [] : [textOf(each)]))
  return roster.members.flatMap(({ account, devices }) => {
    const [first] = devices
    return first === undefined || involved.includes(textOf(account)) ? [] : [{ account: account, device: first.device }]
  })
}
