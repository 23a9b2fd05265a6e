/** Receipts: letters that tell an author which of its messages are open here, a while after, in one for many (PROTOCOL §7). */
import { NOTHING, unite, withinLimit, withNumber } from '@sotto/sync'
import type { DeviceId, LetterBody } from '@sotto/wire'
import { rosterOf } from '../groups/group-log.ts'
import { queueLetter } from '../sessions/letter-queue.ts'
import type { Context } from '../state/context.ts'
import { bytesOf, textOf } from '../state/names.ts'
import { GROUP } from '../state/tables/groups.ts'
import { RECEIPT_DUE } from '../state/tables/messages.ts'
import { HOLDER } from '../state/tables/sender-keys.ts'
import { CONTACT } from '../state/tables/sessions.ts'
import { setTimer } from '../state/timers.ts'
import { markOpened } from './delivery.ts'

/** Receipts wait this long for more to go with them. A guess: shorter than a person notices, longer than a burst. */
const RECEIPT_AFTER_MS = 400

export function oweReceipt(context: Context, group: string, epoch: string, device: DeviceId, generation: number, iteration: number): void {
  const name = [group, epoch, textOf(device), String(generation)]
  context.draft.put(RECEIPT_DUE, name, withinLimit(withNumber(context.draft.get(RECEIPT_DUE, ...name) ?? NOTHING, iteration)))
  setTimer(context, 'receipts', context.nowMs + RECEIPT_AFTER_MS, 'earliest')
}

/** Sends the receipts that are due, to those who are still members. */
export function sendReceipts(context: Context): void {
  for (const { key, value } of context.draft.scan(RECEIPT_DUE)) {
    const [group = '', epoch = '', device = '', generation = ''] = key
    context.draft.delete(RECEIPT_DUE, ...key)
    const known = context.draft.get(CONTACT, device)
    if (known === undefined || context.draft.get(GROUP, group)?.state !== 'member') continue
    if (rosterOf(context, group).deviceOf(bytesOf<DeviceId>(device)) === undefined) continue
    queueLetter(context, bytesOf<DeviceId>(device), {
      kind: 'receipt',
      group: bytesOf(group),
      epoch: bytesOf(epoch),
      generation: Number(generation),
      iterations: value,
    })
  }
}

/** A device says what it opened of ours. Only of a key that we handed to it. */
export function takeReceipt(context: Context, device: DeviceId, body: Extract<LetterBody, { readonly kind: 'receipt' }>): void {
  const group = textOf(body.group)
  const epoch = textOf(body.epoch)
  const name = [group, epoch, String(body.generation), textOf(device)]
  const holder = context.draft.get(HOLDER, ...name)
  if (holder === undefined) return
  context.draft.put(HOLDER, name, { ...holder, acknowledged: true, opened: withinLimit(unite(holder.opened, body.iterations)) })
  markOpened(context, group, epoch, body.generation)
}
