/**
 * Members whose name nobody has told. Where two are let in at once by different members, each may introduce itself before it knows of
 * the other, and those who let them in knew no name to pass on. So a name that does not come is asked for (PROTOCOL §3.51).
 */
import { type GroupId, LIMITS } from '@sotto/wire'
import { saidName } from '../identity/profile.ts'
import { queueControlMessage } from '../sessions/control-queue.ts'
import type { Context } from '../state/context.ts'
import { bytesOf, type Sender, textOf } from '../state/names.ts'
import { NAME_ANSWERED, NAMELESS } from '../state/tables/people.ts'
import { setTimer } from '../state/timers.ts'
import { ownName, type OwnName } from './control-messages/own-name.ts'
import { rosterOf } from './group-log.ts'
import { groupRow, touch } from './group-row.ts'
import { noteName, ownNameOf } from './names.ts'

/** A member came. Its name is usually on the way. */
export function noteNameless(context: Context, group: string, account: string): void {
  if (ownNameOf(context, account) !== '' || context.transaction.get(NAMELESS, group, account) !== undefined) return
  const atMs = context.nowMs + LIMITS.nameAskedAfterMs
  context.transaction.put(NAMELESS, [group, account], { atMs, times: 0 })
  setTimer(context, 'names', atMs, 'earliest')
}

/** The timer `names`: asks each member whose name has not come, a few times and ever more rarely. */
export function askForNames(context: Context): void {
  for (const { key, value } of context.transaction.scan(NAMELESS)) {
    const [group = '', account = ''] = key
    if (value.atMs > context.nowMs) {
      setTimer(context, 'names', value.atMs, 'earliest')
      continue
    }
    const times = value.times + 1
    if (!isNameless(context, group, account) || times > LIMITS.nameAskedTimes) {
      context.transaction.delete(NAMELESS, ...key)
      continue
    }
    for (const { device } of rosterOf(context, group).members.find((member) => textOf(member.account) === account)?.devices ?? [])
      queueControlMessage(context, device, ownName, { group: bytesOf<GroupId>(group), ...saidName(context), asks: true })
    const atMs = context.nowMs + LIMITS.nameAskedAfterMs * LIMITS.nameAskedBackOff ** times
    context.transaction.put(NAMELESS, key, { atMs, times })
    setTimer(context, 'names', atMs, 'earliest')
  }
}

/** The clock was put back: nobody is asked later than was ever planned. */
export function askByThisClock(context: Context): void {
  for (const { key, value } of context.transaction.scan(NAMELESS)) {
    const mostMs = LIMITS.nameAskedAfterMs * LIMITS.nameAskedBackOff ** value.times
    if (value.atMs > context.nowMs + mostMs) context.transaction.put(NAMELESS, key, { ...value, atMs: context.nowMs })
  }
}

/** In larger groups names come with first messages (PROTOCOL §3.18): asking would cost a letter between every two members. */
function isNameless(context: Context, group: string, account: string): boolean {
  if (groupRow(context, group)?.state !== 'member' || ownNameOf(context, account) !== '') return false
  const { members } = rosterOf(context, group)
  return members.length <= LIMITS.introduceMembers && members.some((member) => textOf(member.account) === account)
}

/** A member's device says what its account is called, and may ask us for ours. */
export function receiveOwnName(context: Context, from: Sender, { group: id, asks, ...said }: OwnName): void {
  const group = textOf(id)
  noteName(context, from.account, said)
  touch(context, group)
  if (!asks || groupRow(context, group)?.state !== 'member' || rosterOf(context, group).deviceOf(from.device) === undefined) return
  const device = textOf(from.device)
  const answeredMs = context.transaction.get(NAME_ANSWERED, group, device)
  if (answeredMs !== undefined && Math.abs(context.nowMs - answeredMs) < LIMITS.nameAskedAfterMs) return
  context.transaction.put(NAME_ANSWERED, [group, device], context.nowMs)
  queueControlMessage(context, from.device, ownName, { group: id, ...saidName(context), asks: false })
}
