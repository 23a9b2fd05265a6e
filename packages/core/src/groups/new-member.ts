/**
 * A new member's first message waits until it has compared logs with a member that neither made the invite nor admitted
 * it, if there is one (PROTOCOL §5): those two may have shown it a group of their own making. The wait is bounded, since
 * an absent member must not keep the new member silent.
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

/** How many third parties are asked at once, and how many more when they announce themselves. */
const ASKED = 3

/** We have just been admitted: asks third parties which operations they have. */
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

/** Whether our first message still has to wait. */
export const isComparing = (context: Context, group: string): boolean => (context.transaction.get(NEW_MEMBER, group)?.untilMs ?? 0) > context.nowMs

/** A device announced itself: it can answer even if the devices that were drawn are away. */
export function askAsNewMember(context: Context, group: string, device: DeviceId): void {
  if (!isComparing(context, group) || context.transaction.scan(ASKED_LOG, group).length >= 2 * ASKED) return
  if (isThirdParty(context, group, device)) compareLogs(context, group, device)
}

/** A device compares its log with ours. */
export function receiveLogHeads(context: Context, from: Sender, body: LogHeads): void {
  if (answerLogHeads(context, from.device, body)) compared(context, textOf(body.group), from.device)
}

/** We have everything that this device named. If it is a third party's, we now know the group as it does. */
function compared(context: Context, group: string, device: DeviceId): void {
  if (context.transaction.get(NEW_MEMBER, group) === undefined) return
  if (isThirdParty(context, group, device)) context.transaction.delete(NEW_MEMBER, group)
}

/** Ends the waits that ran out, and those without any third party left. */
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

/** One device of each member that neither made our invite nor admitted us. */
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
