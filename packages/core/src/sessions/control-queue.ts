/** Control messages that wait for a letter, in order and by device, until a session can seal them (PROTOCOL §2). */
import type { DeviceId, FieldsOf } from '@sotto/wire'
import { selfOf } from '../identity/profile.ts'
import { awaitCarried, awaitOutbox, endAwaiting } from '../links/awaited.ts'
import type { Context } from '../state/context.ts'
import { nextNumber } from '../state/local-numbers.ts'
import { bytesOf, textOf } from '../state/names.ts'
import { sortable } from '../state/table.ts'
import type { Carried } from '../state/tables/links.ts'
import { CONTACT, CONTROL_QUEUE } from '../state/tables/sessions.ts'
import { type ControlMessageKind, decodeControlMessage, encodeControlMessage } from './control-message.ts'
import { dueDevices, lettersDue } from './letters-due.ts'
import { sealQueue } from './seal-letters.ts'
import { canFetch, requestBundle, shouldRenew } from './session-setup.ts'

/**
 * Queues a control message for a device, in order; durable from here on. A session seals it as soon as there is one. `carries`: what
 * waits until it has left. Does nothing for our own device.
 */
export function queueControlMessage<K extends ControlMessageKind>(
  context: Context,
  device: DeviceId,
  kind: K,
  fields: FieldsOf<K>,
  carries: Carried | null = null,
): void {
  if (textOf(selfOf(context).device) === textOf(device)) return
  const body = encodeControlMessage<K>(kind, fields)
  context.transaction.put(CONTROL_QUEUE, [textOf(device), sortable(nextNumber(context))], { body, carriesKey: kind.carriesKey === true, carries })
  if (carries !== null) awaitCarried(context, device, carries, 'preKeys')
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

/** Takes back what waits unsealed of one kind about a group, whichever device it is for. */
export function takeBack<K extends ControlMessageKind>(context: Context, kind: K, isMeant: (fields: FieldsOf<K>) => boolean): void {
  for (const { key, value } of context.transaction.scan(CONTROL_QUEUE)) {
    const fields = decodeControlMessage(kind, value.body)
    if (fields !== undefined && isMeant(fields)) drop(context, key, value.carries)
  }
}

/** Changes what waits unsealed of one kind, whichever device it is for. `change` returns the same value to leave it as it is. */
export function changeQueued<K extends ControlMessageKind>(context: Context, kind: K, change: (fields: FieldsOf<K>) => FieldsOf<K>): void {
  for (const { key, value } of context.transaction.scan(CONTROL_QUEUE)) {
    const fields = decodeControlMessage(kind, value.body)
    const changed = fields === undefined ? fields : change(fields)
    if (changed !== undefined && changed !== fields) context.transaction.put(CONTROL_QUEUE, key, { ...value, body: encodeControlMessage<K>(kind, changed) })
  }
}

function dropQueue(context: Context, device: string): void {
  for (const { key, value } of context.transaction.scan(CONTROL_QUEUE, device)) drop(context, key, value.carries)
}

function drop(context: Context, key: readonly string[], carries: Carried | null): void {
  context.transaction.delete(CONTROL_QUEUE, ...key)
  if (carries !== null) endAwaiting(context, bytesOf<DeviceId>(key[0] ?? ''), carries)
}

/** After a start: what waits for letters that have not left, sealed or not. */
export function awaitLetters(context: Context): void {
  awaitOutbox(context)
  for (const { key, value } of context.transaction.scan(CONTROL_QUEUE))
    if (value.carries !== null) awaitCarried(context, bytesOf<DeviceId>(key[0] ?? ''), value.carries, 'preKeys')
}
