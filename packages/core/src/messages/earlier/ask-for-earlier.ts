/**
 * A new member asks for what was said before it came, where the group wants that (PROTOCOL §8.92, §8.93): a connected device of an
 * admin, or where none is there one of any member, and another where that does not answer or has nothing.
 */
import { type DeviceId, equalBytes, type GroupId, LIMITS } from '@sotto/wire'
import { rosterOf } from '../../groups/group-log.ts'
import { selfOf } from '../../identity/profile.ts'
import { peerOf } from '../../links/whereabouts.ts'
import { queueControlMessage } from '../../sessions/control-queue.ts'
import { isComparing } from '../../sessions/is-comparing.ts'
import type { Context } from '../../state/context.ts'
import { bytesOf } from '../../state/names.ts'
import { type Asking, EARLIER_ASKING } from '../../state/tables/earlier.ts'
import { GROUP } from '../../state/tables/groups.ts'
import { setTimer } from '../../state/timers.ts'
import { earlierRequest } from '../control-messages/earlier-request.ts'

/** All were asked: an answer may still come, and a member that could answer. */
const NOBODY_LEFT_MS = 3_600_000

/** This device has just come in: it asks where its group wants it to. */
export function beginAskingForEarlier(context: Context, group: string): void {
  if (!isWanted(context, group)) return
  const row: Asking = { sinceMs: context.nowMs, asked: [], askedMs: 0, times: 0, hasAnswered: true, beyond: null, count: 0 }
  context.transaction.put(EARLIER_ASKING, [group], row)
  setTimer(context, 'earlier', context.nowMs, 'earliest')
}

/** Asks where nobody was asked yet, or who was asked does not answer. */
export function askForEarlier(context: Context): void {
  for (const { key, value } of context.transaction.scan(EARLIER_ASKING)) {
    const [group = ''] = key
    const isOver = context.nowMs >= value.sinceMs + LIMITS.historyAskedMs
    if (isOver || !isWanted(context, group)) endAskingForEarlier(context, group)
    else setTimer(context, 'earlier', askInGroup(context, group, value), 'earliest')
  }
}

/** That was all, or nobody has more. */
export const endAskingForEarlier = (context: Context, group: string): void => context.transaction.delete(EARLIER_ASKING, group)

/** The next page of a device that answered, or its first. */
export function askForPage(context: Context, group: string, device: DeviceId, row: Asking): void {
  const asked = [...row.asked.filter((each) => !equalBytes(each, device)), device]
  context.transaction.put(EARLIER_ASKING, [group], { ...row, asked, askedMs: context.nowMs, hasAnswered: false })
  queueControlMessage(context, device, earlierRequest, { group: bytesOf<GroupId>(group), beyond: row.beyond })
  setTimer(context, 'earlier', context.nowMs + LIMITS.historyAnswerMs, 'earliest')
}

/** Asks the next device. Returns when there may be another. */
export function askAnother(context: Context, group: string, row: Asking): number {
  const device = row.asked.length >= LIMITS.historyAsked ? undefined : nextDevice(context, group, row)
  if (device !== undefined) askForPage(context, group, device, { ...row, times: 1, beyond: null })
  const mayComeYet = context.nowMs < row.sinceMs + 2 * LIMITS.historyAdminsMs
  return context.nowMs + (device !== undefined || mayComeYet ? LIMITS.historyAdminsMs : NOBODY_LEFT_MS)
}

function isWanted(context: Context, group: string): boolean {
  const { days, messages } = rosterOf(context, group).history
  return context.transaction.get(GROUP, group)?.state === 'member' && days + messages > 0
}

/** Returns when to look again. Nothing is asked of a group whose members this device does not know for sure yet. */
function askInGroup(context: Context, group: string, row: Asking): number {
  if (isComparing(context, group)) return context.nowMs + LIMITS.historyAdminsMs
  const [last] = row.asked.slice(-1)
  if (row.hasAnswered || last === undefined) return askAnother(context, group, row)
  const answersMs = row.askedMs + LIMITS.historyAnswerMs
  if (row.askedMs <= context.nowMs && context.nowMs < answersMs) return answersMs
  const isStillMember = rosterOf(context, group).deviceOf(last) !== undefined
  if (row.times >= LIMITS.historyTries || !isStillMember) return askAnother(context, group, row)
  askForPage(context, group, last, { ...row, times: row.times + 1 })
  return context.nowMs + LIMITS.historyAnswerMs
}

/**
 * A device that was not asked: a connected one of an admin, after a while one of any member, and in the end also one that is not
 * connected, which answers when it is there.
 */
function nextDevice(context: Context, group: string, { asked, sinceMs }: Asking): DeviceId | undefined {
  const { account: own } = selfOf(context)
  const [mayBeAnybody, mayBeAway] = [1, 2].map((times) => context.nowMs >= sinceMs + times * LIMITS.historyAdminsMs)
  const left = rosterOf(context, group)
    .members.filter(({ account, role }) => !equalBytes(account, own) && (role === 'admin' || mayBeAnybody))
    .toSorted((a, b) => Number(b.role === 'admin') - Number(a.role === 'admin'))
    .flatMap(({ devices }) => devices.map(({ device }) => device))
    .filter((device) => !asked.some((each) => equalBytes(each, device)))
  return left.find((device) => peerOf(context, device) !== undefined) ?? (mayBeAway === true ? left[0] : undefined)
}
