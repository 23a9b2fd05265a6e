/**
 * Key ids of our own messages (PROTOCOL §3, §9). They count up within an epoch and never start at the same number twice: a
 * profile's folder can be copied or restored, and a disk may forget keys that were handed out.
 */
import { drawBelow } from '@sotto/crypto/primitives'
import { type EpochId, type GroupCipherName, LIMITS } from '@sotto/wire'
import { rosterOf } from '../../groups/group-log.ts'
import { currentEpoch } from '../../groups/group-row.ts'
import type { Context } from '../../state/context.ts'
import { bytesOf, textOf } from '../../state/names.ts'
import { GROUP } from '../../state/tables/groups.ts'
import { KEY_NUMBER } from '../../state/tables/repair.ts'

/** A start draws its number from this many, so that two copies of a profile seldom draw the same. */
const START_SPREAD = 256

/** A new member's first number is drawn from this many. */
const FIRST_NUMBERS = 4_096

/** How far numbers jump after an unclean stop: past anything that a lost write may have used. */
const JUMP = 64

/** The number of the next key in an epoch. It does not begin at one in each epoch, because a group may come back to one. */
function nextIn(context: Context, group: string, epoch: string | undefined): number {
  const row = context.transaction.get(KEY_NUMBER, group)
  if (row === undefined) return 1
  const isSame = epoch === undefined || (row.epoch !== null && textOf(row.epoch) === epoch)
  return isSame || row.next <= LIMITS.keysPerEpoch / 2 ? row.next : 1 + drawBelow(context.provider.random, START_SPREAD)
}

const put = (context: Context, group: string, epoch: string | undefined, next: number): void =>
  context.transaction.put(KEY_NUMBER, [group], { epoch: epoch === undefined ? null : bytesOf<EpochId>(epoch), next })

/** Takes the number for a new key. */
export function takeKeyNumber(context: Context, group: string, epoch: string): number {
  const number = nextIn(context, group, epoch)
  put(context, group, epoch, number + 1)
  return number
}

/** Whether the current epoch has no number left, so that the next message needs a new epoch. */
export function isWornOut(context: Context, group: string): boolean {
  const row = context.transaction.get(KEY_NUMBER, group)
  return row !== undefined && row.epoch !== null && textOf(row.epoch) === currentEpoch(context, group) && row.next > LIMITS.keysPerEpoch
}

/**
 * This device was admitted. The number is drawn instead of always 1: a disk that forgot the join, and the keys handed out since,
 * joins again in the same epoch, and other members ignore a different key with a number that was used before.
 */
export function drawFirstNumber(context: Context, group: string): void {
  const before = context.transaction.get(KEY_NUMBER, group)?.next
  const from = before === undefined || before > LIMITS.keysPerEpoch / 2 ? 1 : before + 1
  put(context, group, currentEpoch(context, group), from + drawBelow(context.provider.random, FIRST_NUMBERS))
}

/** A new run of the engine. An epoch that is used up gets no more numbers, since 16 bits have an end. */
export function jumpNumbers(context: Context, cipher: GroupCipherName, isUnclean: boolean): void {
  for (const { key } of context.transaction.scan(GROUP)) {
    const [group = ''] = key
    if (rosterOf(context, group).groupCipher !== cipher) continue
    const last = context.transaction.get(KEY_NUMBER, group)?.epoch ?? null
    const epoch = currentEpoch(context, group) ?? (last === null ? undefined : textOf(last))
    const next = nextIn(context, group, epoch)
    const by = 1 + drawBelow(context.provider.random, START_SPREAD) + (isUnclean ? JUMP : 0)
    put(context, group, epoch, next > LIMITS.keysPerEpoch ? next : next + by)
  }
}
