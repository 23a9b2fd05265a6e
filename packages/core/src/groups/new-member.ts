/**
 * A new member's keys and its first message wait until it has compared logs with members that did not admit it, if there are
 * any (PROTOCOL §5): the admitting device may have shown it a group of its own making. The wait is bounded, since absent
 * members must not keep the new member silent.
 */
import { operationOf } from '@sotto/membership'
import { type AccountId, type DeviceId, equalBytes, type GroupId, LIMITS } from '@sotto/wire'
import { selfOf } from '../identity/profile.ts'
import { endComparison, isComparing, putComparison } from '../sessions/is-comparing.ts'
import type { Context } from '../state/context.ts'
import { bytesOf, type Sender, textOf } from '../state/names.ts'
import { GROUP, NEW_MEMBER, type NewMember } from '../state/tables/groups.ts'
import { setTimer } from '../state/timers.ts'
import { answerLogHeads, compareLogs } from './compare-logs.ts'
import type { LogHeads } from './control-messages/log-heads.ts'
import { logOf, rosterOf } from './group-log.ts'
import { queueOperations } from './queue-operations.ts'
import { someOf } from './recipients.ts'

/** How many third parties are asked at once, and how many more when they announce themselves. */
const ASKED = 3

/** We have just been admitted: asks third parties, and the inviter if another member admitted us, which operations they have. */
export function compareAsNewMember(context: Context, group: string): void {
  const { inviter, thirds } = sourcesOf(context, group)
  const row: NewMember = { untilMs: context.nowMs + LIMITS.newMemberComparesMs, soonMs: context.nowMs + LIMITS.newMemberHearsMs, asked: [], confirmed: [] }
  putComparison(context, group, row)
  for (const device of [...inviter, ...someOf(context, thirds, ASKED)]) askSource(context, group, device)
  endComparing(context)
}

function askSource(context: Context, group: string, device: DeviceId): void {
  const row = context.transaction.get(NEW_MEMBER, group)
  const account = rosterOf(context, group).accountOf(device)
  if (row === undefined || account === undefined || row.asked.length >= LIMITS.newMemberAsks) return
  if (!row.asked.some((each) => equalBytes(each, account))) putComparison(context, group, { ...row, asked: [...row.asked, account] })
  sendAdmission(context, group, device)
  compareLogs(context, group, device)
}

/** A member that was never shown our admission drops what we say of the group, and could not contradict it. */
function sendAdmission(context: Context, group: string, device: DeviceId): void {
  const log = logOf(context, group)
  const admission = rosterOf(context, group).deviceOf(selfOf(context).device)?.admittedBy
  const operation = admission === undefined ? undefined : operationOf(log, admission)
  if (operation !== undefined) queueOperations(context, device, bytesOf<GroupId>(group), [operation])
}

/** A device announced itself: it can answer even if the devices that were drawn are away. */
export function askAsNewMember(context: Context, group: string, device: DeviceId): void {
  if (isComparing(context, group) && isSource(context, group, device)) askSource(context, group, device)
}

/** A device compares its log with ours. One that names nothing does not say what it has, and confirms nothing. */
export function receiveLogHeads(context: Context, from: Sender, body: LogHeads): void {
  if (answerLogHeads(context, from.device, body) && body.heads.length > 0) compared(context, textOf(body.group), from)
}

/** We have everything that this device named. If it is a third party's, we now know the group as it does. */
function compared(context: Context, group: string, { account, device }: Sender): void {
  const row = context.transaction.get(NEW_MEMBER, group)
  if (row === undefined || !isSource(context, group, device) || row.confirmed.some((each) => equalBytes(each, account))) return
  putComparison(context, group, { ...row, confirmed: [...row.confirmed, account].slice(0, LIMITS.newMemberAsks) })
}

/** Forgets what members were asked that are gone, and looks again when the next wait runs out. */
export function endComparing(context: Context): void {
  for (const { key, value } of context.transaction.scan(NEW_MEMBER)) {
    const [group = ''] = key
    if (context.transaction.get(GROUP, group)?.state !== 'member') {
      endComparison(context, group)
      continue
    }
    const roster = rosterOf(context, group)
    const asked = value.asked.filter((account) => roster.isMember(account))
    if (asked.length < value.asked.length) putComparison(context, group, { ...value, asked })
    if (isComparing(context, group)) setTimer(context, 'isolated', value.soonMs > context.nowMs ? value.soonMs : value.untilMs, 'earliest')
  }
}

/** Groups where our keys have not left yet. */
export const newMemberGroups = (context: Context): readonly string[] => context.transaction.scan(NEW_MEMBER).map(({ key: [group = ''] }) => group)

/** Whether our keys have not left yet. */
export const isNewMember = (transaction: Context['transaction'], group: string): boolean => transaction.get(NEW_MEMBER, group) !== undefined

function isSource(context: Context, group: string, device: DeviceId): boolean {
  const account = rosterOf(context, group).accountOf(device)
  const { accounts } = sourcesOf(context, group)
  return account !== undefined && accounts.some((each) => equalBytes(each, account))
}

/**
 * One device of each member that could contradict those who let us in: of every member that neither made our invite nor
 * admitted us, and of the inviter where another member admitted us. Our person took the link from the inviter.
 */
function sourcesOf(
  context: Context,
  group: string,
): { readonly inviter: readonly DeviceId[]; readonly thirds: readonly DeviceId[]; readonly accounts: readonly AccountId[] } {
  const self = selfOf(context)
  const roster = rosterOf(context, group)
  const log = logOf(context, group)
  const admission = roster.deviceOf(self.device)?.admittedBy
  const admit = admission === undefined ? undefined : operationOf(log, admission)?.unsigned
  const invite = admit?.body.kind === 'admit' && admit.body.invite !== null ? operationOf(log, admit.body.invite)?.unsigned : undefined
  const isOf = (account: AccountId, other: AccountId | undefined): boolean => other !== undefined && equalBytes(account, other)
  const sources = roster.members.filter(({ account }) => !isOf(account, self.account) && !isOf(account, admit?.account))
  const firstOf = ({ devices }: (typeof sources)[number]): readonly DeviceId[] => devices.slice(0, 1).map(({ device }) => device)
  return {
    inviter: sources.filter(({ account }) => isOf(account, invite?.account)).flatMap(firstOf),
    thirds: sources.filter(({ account }) => !isOf(account, invite?.account)).flatMap(firstOf),
    accounts: sources.map(({ account }) => account),
  }
}
