/** Control messages that wait for a letter, in order and by device, until a session can seal them (PROTOCOL §2). */
import { type DeviceId, equalBytes, type FieldsOf } from '@sotto/wire'
import { selfOf } from '../identity/profile.ts'
import type { Context } from '../state/context.ts'
import { nextNumber } from '../state/local-numbers.ts'
import { textOf } from '../state/names.ts'
import { sortable } from '../state/table.ts'
import { OUTBOX } from '../state/tables/links.ts'
import { CONTACT, CONTROL_QUEUE } from '../state/tables/sessions.ts'
import { type ControlMessageKind, decodeControlMessage, encodeControlMessage } from './control-message.ts'
import { dueDevices, lettersDue } from './letters-due.ts'
import { sealQueue } from './seal-letters.ts'
import { canFetch, requestBundle, shouldRenew } from './session-setup.ts'

/** Queues a control message for a device, in order; durable from here on. A session seals it as soon as there is one. Does nothing for our own device. */
export function queueControlMessage<K extends ControlMessageKind>(context: Context, device: DeviceId, kind: K, fields: FieldsOf<K>): void {
  if (textOf(selfOf(context).device) === textOf(device)) return
  const body = encodeControlMessage<K>(kind, fields)
  context.transaction.put(CONTROL_QUEUE, [textOf(device), sortable(nextNumber(context))], { body, carriesKey: kind.carriesKey === true })
  lettersDue(context, textOf(device))
}

/** Seals what is queued for every device that has a session, and fetches prekeys for those that have none. */
export function flushLetters(context: Context): void {
  for (const device of dueDevices(context)) {
    if (context.transaction.first(CONTROL_QUEUE, device) === undefined) continue
    const contact = context.transaction.get(CONTACT, device)
    if (contact === undefined) dropQueue(context, device)
    else if (contact.sessions === null || contact.renew || (shouldRenew(context, contact) && canFetch(context, contact)))
      requestBundle(context, device, contact)
    else sealQueue(context, device, contact)
  }
}

/** Whether something waits for a device: unsealed, or for a relay. */
export const hasLetters = (context: Context, device: DeviceId): boolean =>
  context.transaction.first(CONTROL_QUEUE, textOf(device)) !== undefined ||
  context.transaction.scan(OUTBOX).some(({ value: { about } }) => about.kind === 'letter' && equalBytes(about.device, device))

/** Takes back what waits unsealed of one kind about a group, whichever device it is for. */
export function takeBack<K extends ControlMessageKind>(context: Context, kind: K, isMeant: (fields: FieldsOf<K>) => boolean): void {
  for (const { key, value } of context.transaction.scan(CONTROL_QUEUE)) {
    const fields = decodeControlMessage(kind, value.body)
    if (fields !== undefined && isMeant(fields)) context.transaction.delete(CONTROL_QUEUE, ...key)
  }
}

function dropQueue(context: Context, device: string): void {
  for (const { key } of context.transaction.scan(CONTROL_QUEUE, device)) context.transaction.delete(CONTROL_QUEUE, ...key)
}
