/**
 * Receipts: which messages of a sender this device has opened, batched, and only to that sender (PROTOCOL §7). They
 * also turn the pairwise ratchet, so that rotation heals.
 */
import { NOTHING, unite, withinLimit, withNumber } from '@sotto/sync'
import type { DeviceId, LetterBody } from '@sotto/wire'
import { bytesOf, type Context, setTimer, textOf } from './context.ts'
import { rosterOf } from './group-log.ts'
import { queueLetter } from './letters.ts'
import { markOpened } from './send.ts'
import { CONTACT, GROUP, HOLDER, RECEIPT_DUE } from './tables.ts'

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
