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

/** This device has just come in. */
export function beginAskingForEarlier(context: Context, group: string): void {
  const row: Asking = { sinceMs: context.nowMs, asked: [], askedMs: 0, hasAnswered: true, beyond: null, count: 0 }
  context.transaction.put(EARLIER_ASKING, [group], row)
  setTimer(context, 'earlier', context.nowMs, 'earliest')
}

/** Asks where nobody was asked yet, or who was asked does not answer. */
export function askForEarlier(context: Context): void {
  for (const { key, value } of context.transaction.scan(EARLIER_ASKING)) {
    const [group = ''] = key
    const isOver = context.nowMs >= value.sinceMs + LIMITS.historyAskedMs || value.sinceMs > context.nowMs
    if (isOver || !isWanted(context, group)) endAskingForEarlier(context, group)
    else setTimer(context, 'earlier', askInGroup(context, group, value), 'earliest')
  }
}

/** That was all, or nobody has more. */
export const endAskingForEarlier = (context: Context, group: string): void => context.transaction.delete(EARLIER_ASKING, group)

/** The next page of the device that answered. */
export function askForMore(context: Context, group: string, device: DeviceId, row: Asking): void {
  context.transaction.put(EARLIER_ASKING, [group], { ...row, askedMs: context.nowMs, hasAnswered: false })
  queueControlMessage(context, device, earlierRequest, { group: bytesOf<GroupId>(group), beyond: row.beyond })
  setTimer(context, 'earlier', context.nowMs + LIMITS.historyAnswerMs, 'earliest')
}

/** Asks the next device. */
export function askAnother(context: Context, group: string, row: Asking): void {
  const device = row.asked.length >= LIMITS.historyAsked ? undefined : nextDevice(context, group, row)
  if (device !== undefined) askForMore(context, group, device, { ...row, asked: [...row.asked, device], beyond: null })
}

function isWanted(context: Context, group: string): boolean {
  const { days, messages } = rosterOf(context, group).history
  return context.transaction.get(GROUP, group)?.state === 'member' && days + messages > 0
}

/** Returns when to look again. Nothing is asked of a group whose members this device does not know for sure yet. */
function askInGroup(context: Context, group: string, row: Asking): number {
  const answersMs = row.askedMs + LIMITS.historyAnswerMs
  if (!row.hasAnswered && row.askedMs <= context.nowMs && context.nowMs < answersMs) return answersMs
  if (!isComparing(context, group)) askAnother(context, group, row)
  return context.nowMs + LIMITS.historyAdminsMs
}

/** A connected device that was not asked: an admin's, or after a while any member's. */
function nextDevice(context: Context, group: string, { asked, sinceMs }: Asking): DeviceId | undefined {
  const { account: own } = selfOf(context)
  const mayBeAnybody = context.nowMs >= sinceMs + LIMITS.historyAdminsMs
  const there = rosterOf(context, group)
    .members.filter(({ account, role }) => !equalBytes(account, own) && (role === 'admin' || mayBeAnybody))
    .toSorted((a, b) => Number(b.role === 'admin') - Number(a.role === 'admin'))
    .flatMap(({ devices }) => devices.map(({ device }) => device))
  return there.find((device) => peerOf(context, device) !== undefined && !asked.some((each) => equalBytes(each, device)))
}
