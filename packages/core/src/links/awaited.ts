/**
 * What letters carry that messages wait for, until a relay has the letter or its device says that it has what was in it (PROTOCOL
 * §7.47). These rows are made from what waits in the queues of letters and in the outbox, which last: a start finds the same.
 */
import type { DeviceId } from '@sotto/wire'
import { type Context, tell } from '../state/context.ts'
import { bytesOf, textOf } from '../state/names.ts'
import { sortable, type Transaction } from '../state/table.ts'
import { AWAITED, type Carried, type LetterStage, NO_ROOM, OUTBOX, type OutboxEntry } from '../state/tables/links.ts'

const keyOf = ({ group, epoch, keyId, from }: Carried, device: DeviceId): readonly string[] => [
  textOf(group),
  textOf(epoch),
  String(keyId),
  sortable(from),
  textOf(device),
]

/** A letter for this device is here, and has not left. */
export function awaitCarried(context: Context, device: DeviceId, carried: Carried, stage: LetterStage): void {
  context.transaction.put(AWAITED, keyOf(carried, device), stage)
}

/** A relay or the device itself has it, or nobody will. */
export function endAwaiting(context: Context, device: DeviceId, carried: Carried): void {
  const key = keyOf(carried, device)
  if (context.transaction.get(AWAITED, ...key) === undefined) return
  context.transaction.delete(AWAITED, ...key)
  const [group = '', epoch = '', keyId = ''] = key
  tell(context, { kind: 'lettersLeft', group, epoch, keyId })
}

/** The same for all that a letter in the outbox carries. */
export function noteNotAwaited(context: Context, { about }: Pick<OutboxEntry, 'about'>): void {
  if (about.kind === 'letter') for (const each of about.carries) endAwaiting(context, about.device, each)
}

/** What this letter carries waits for something else than before. What its device has meanwhile is not awaited again. */
export function noteWaits(context: Context, { about }: Pick<OutboxEntry, 'about'>, stage: LetterStage): void {
  if (about.kind !== 'letter') return
  for (const each of about.carries) {
    const key = keyOf(each, about.device)
    if (context.transaction.get(AWAITED, ...key) !== undefined) context.transaction.put(AWAITED, key, stage)
  }
}

/** A relay has no room for what this entry holds. */
export function noteWithoutRoom(context: Context, { about }: Pick<OutboxEntry, 'about'>): void {
  if (about.kind === 'envelope') context.transaction.put(NO_ROOM, [textOf(about.group)], true)
  else noteWaits(context, { about }, 'room')
}

/** A relay has what this entry held; of a letter, any of those at which its device reads. */
export function noteLeft(context: Context, { about }: Pick<OutboxEntry, 'about'>): void {
  if (about.kind === 'envelope') context.transaction.delete(NO_ROOM, textOf(about.group))
  if (about.kind === 'letter' || about.kind === 'letterCopy') for (const each of about.carries) endAwaiting(context, about.device, each)
}

/** After a start: what letters in the outbox carry. */
export function awaitOutbox(context: Context): void {
  for (const { value } of context.transaction.scan(OUTBOX)) {
    const { about } = value
    if (about.kind === 'letter') for (const each of about.carries) awaitCarried(context, about.device, each, 'relay')
  }
}

/** Ends the waiting for all devices of a group for which this does not hold. */
export function awaitOnly(
  context: Context,
  group: string,
  isMeant: (device: DeviceId, key: { readonly epoch: string; readonly keyId: string; readonly from: number }) => boolean,
): void {
  for (const { key } of context.transaction.scan(AWAITED, group)) {
    const [, epoch = '', keyId = '', from = '', device = ''] = key
    if (isMeant(bytesOf<DeviceId>(device), { epoch, keyId, from: Number.parseInt(from, 36) })) continue
    context.transaction.delete(AWAITED, ...key)
    tell(context, { kind: 'lettersLeft', group, epoch, keyId })
  }
}

/** From which number on messages under a key id wait for letters; infinite if none does. */
export function awaitedFrom(context: { readonly transaction: Pick<Transaction, 'first'> }, group: string, epoch: string, keyId: string): number {
  const first = context.transaction.first(AWAITED, group, epoch, keyId)
  return first === undefined ? Number.POSITIVE_INFINITY : Number.parseInt(first.key[3] ?? '', 36)
}

/** For which devices a message waits, and why; at most so many. */
export function awaitedFor(
  context: { readonly transaction: Pick<Transaction, 'few'> },
  { group, epoch, keyId, iteration }: { readonly group: string; readonly epoch: string; readonly keyId: number; readonly iteration: number },
  most: number,
): readonly { readonly device: DeviceId; readonly stage: LetterStage }[] {
  // In ascending order of `from`, so those of this message come first.
  return context.transaction
    .few(AWAITED, most, group, epoch, String(keyId))
    .flatMap(({ key, value: stage }) => (Number.parseInt(key[3] ?? '', 36) <= iteration ? [{ device: bytesOf<DeviceId>(key[4] ?? ''), stage }] : []))
}

/** Whether a relay has no room for a message of this group. */
export const hasNoRoom = (context: { readonly transaction: Pick<Transaction, 'get'> }, group: string): boolean =>
  context.transaction.get(NO_ROOM, group) === true
