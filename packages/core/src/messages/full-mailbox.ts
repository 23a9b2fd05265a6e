/** A full mailbox is answered with the next epoch, which has a mailbox of its own (PROTOCOL §6). */
import { spreadMs } from '@sotto/crypto/primitives'
import { LIMITS } from '@sotto/wire'
import { authorRekeying } from '../epochs/author.ts'
import { maySeal } from '../epochs/caught-up.ts'
import { currentEpoch } from '../groups/group-row.ts'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { EPOCH, GROUP, MAILBOX_FULL } from '../state/tables/groups.ts'
import { OUTBOX, type OutboxEntry } from '../state/tables/links.ts'
import { setTimer } from '../state/timers.ts'
import { placeOf } from './other-relays.ts'
import { sealAgain } from './seal-again.ts'

/** Several members find a mailbox full at the same time. Each waits up to this long, so that only one answers it. */
const MAILBOX_FULL_SPREAD_MS = 8_000

/** When a full mailbox may be answered with another epoch: now, unless the group began several in a short time. */
function mayBeginMs(context: Context, group: string): number {
  const { mailboxFullEpochs, mailboxFullWithinMs } = LIMITS
  const began = context.transaction.scan(EPOCH, group).flatMap(({ value: { beganMs } }) => (beganMs <= context.nowMs ? [beganMs] : []))
  const earliest = began.toSorted((a, b) => b - a)[mailboxFullEpochs - 1]
  return earliest === undefined ? context.nowMs : Math.max(context.nowMs, earliest + mailboxFullWithinMs)
}

/** A relay refused a message because its epoch's mailbox is full. */
export function mailboxFull(context: Context, entry: OutboxEntry): void {
  if (entry.about.kind !== 'envelope') return
  const group = textOf(entry.about.group)
  const epoch = textOf(entry.about.epoch)
  const current = currentEpoch(context, group)
  if (current === undefined) return
  if (epoch !== current) return sealAgain(context, group, current)
  if (context.transaction.get(MAILBOX_FULL, group)?.epoch === epoch) return
  const atMs = mayBeginMs(context, group) + spreadMs(context.provider.random, MAILBOX_FULL_SPREAD_MS)
  context.transaction.put(MAILBOX_FULL, [group], { epoch, atMs })
  setTimer(context, 'mailboxFull', atMs, 'earliest')
}

/** Begins the next epoch of groups whose mailbox is still full. */
export function relieveFullMailboxes(context: Context): void {
  for (const { key, value } of context.transaction.scan(MAILBOX_FULL)) {
    if (value.atMs > context.nowMs) {
      setTimer(context, 'mailboxFull', value.atMs, 'earliest')
      continue
    }
    const [group = ''] = key
    if (context.transaction.get(GROUP, group)?.state === 'member' && !maySeal(context, group)) {
      const atMs = context.nowMs + MAILBOX_FULL_SPREAD_MS
      context.transaction.put(MAILBOX_FULL, key, { ...value, atMs })
      setTimer(context, 'mailboxFull', atMs, 'earliest')
      continue
    }
    context.transaction.delete(MAILBOX_FULL, ...key)
    const isWaiting = context.transaction.scan(OUTBOX).some(({ value: entry }) => placeOf(entry)?.startsWith(`${group}/${value.epoch}/`) === true)
    if (isWaiting && currentEpoch(context, group) === value.epoch) authorRekeying(context, group, (commitment) => ({ kind: 'rekey', commitment }))
  }
}
