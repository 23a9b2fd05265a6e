/** Receipts: control messages that tell an author which of its messages are open here. They wait a while, to go in one (PROTOCOL §7). */
import { type DeviceId, type GroupId, LIMITS, type MessageId } from '@sotto/wire'
import { rosterOf } from '../groups/group-log.ts'
import { queueControlMessage } from '../sessions/control-queue.ts'
import type { Context } from '../state/context.ts'
import { bytesOf, textOf } from '../state/names.ts'
import { GROUP } from '../state/tables/groups.ts'
import { RECEIPT_DUE } from '../state/tables/messages.ts'
import { CONTACT } from '../state/tables/sessions.ts'
import { setTimer } from '../state/timers.ts'
import { type Receipt, receipt } from './control-messages/receipt.ts'
import { noteOpenedBy } from './delivery.ts'

/** How long receipts wait for more to go with them. A guess: shorter than a person notices, longer than a burst. */
const RECEIPT_AFTER_MS = 400

/** A message of this device is open here: its receipt is due soon. */
export function oweReceipt(context: Context, group: string, device: DeviceId, message: MessageId): void {
  const name = [group, textOf(device)]
  const due = [...(context.transaction.get(RECEIPT_DUE, ...name) ?? []), message]
  context.transaction.put(RECEIPT_DUE, name, due)
  if (due.length >= LIMITS.receiptsPerLetter) sendReceipt(context, group, textOf(device))
  else setTimer(context, 'receipts', context.nowMs + RECEIPT_AFTER_MS, 'earliest')
}

/** Sends the receipts that are due. */
export function sendReceipts(context: Context): void {
  for (const { key } of context.transaction.scan(RECEIPT_DUE)) sendReceipt(context, key[0] ?? '', key[1] ?? '')
}

/** Only to a member's device: no other learns what is read here. */
function sendReceipt(context: Context, group: string, device: string): void {
  const messages = context.transaction.get(RECEIPT_DUE, group, device) ?? []
  context.transaction.delete(RECEIPT_DUE, group, device)
  const isMember = context.transaction.get(GROUP, group)?.state === 'member' && rosterOf(context, group).deviceOf(bytesOf<DeviceId>(device)) !== undefined
  if (!isMember || context.transaction.get(CONTACT, device) === undefined) return
  queueControlMessage(context, bytesOf<DeviceId>(device), receipt, { group: bytesOf<GroupId>(group), messages })
}

/** A device says which messages of ours it opened. It can speak for itself alone. */
export function takeReceipt(context: Context, device: DeviceId, body: Receipt): void {
  for (const message of body.messages) noteOpenedBy(context, textOf(body.group), device, message)
}
