/**
 * Devices that wrote to us, or asked to join by an invite that is no longer valid, and are in no roster that we have (PROTOCOL §13.32). Anyone
 * who once knew our address or an invite can make many of them. Therefore what is kept of them is bounded, and the oldest
 * goes first.
 */
import { type DeviceId, LIMITS } from '@sotto/wire'
import { forgetGranted } from '../links/inbox.ts'
import { withdraw } from '../links/outbox.ts'
import { endFetch } from '../sessions/session-setup.ts'
import type { Context } from '../state/context.ts'
import { bytesOf, textOf } from '../state/names.ts'
import { deviceTables } from '../state/tables/all.ts'
import { GROUP } from '../state/tables/groups.ts'
import { OUTBOX } from '../state/tables/links.ts'
import { CONTACT, PENDING_BODY, STRANGER } from '../state/tables/sessions.ts'
import { rosterOf } from './group-log.ts'

/** An unknown device opened a session with us or asked us for something. */
export function noteStranger(context: Context, device: string): void {
  if (isKnown(context, device)) return
  context.transaction.put(STRANGER, [device], { atMs: context.nowMs })
  const strangers = context.transaction.scan(STRANGER).toSorted((a, b) => a.value.atMs - b.value.atMs)
  for (const { key } of strangers.slice(0, Math.max(0, strangers.length - LIMITS.strangers))) forgetStranger(context, key[0] ?? '')
}

/** A group is forgotten: contacts that only it named are strangers from now on. */
export function noteFormerContacts(context: Context): void {
  for (const { key } of context.transaction.scan(CONTACT)) {
    const [device = ''] = key
    if (context.transaction.get(STRANGER, device) === undefined) noteStranger(context, device)
  }
}

/** Whether a group of ours names the device or ever named it. */
const isKnown = (context: Context, device: string): boolean =>
  context.transaction.scan(GROUP).some(({ key }) => rosterOf(context, key[0] ?? '').accountOf(bytesOf<DeviceId>(device)) !== undefined)

function forgetStranger(context: Context, device: string): void {
  context.transaction.delete(STRANGER, device)
  // It may have become a member since.
  if (isKnown(context, device)) return
  endFetch(context, device)
  forgetGranted(context, device)
  for (const table of deviceTables()) context.transaction.deleteAll(table, device)
  for (const { key, value } of context.transaction.scan(OUTBOX))
    if ((value.about.kind === 'letter' || value.about.kind === 'letterCopy') && textOf(value.about.device) === device) withdraw(context, key[0] ?? '')
  for (const { key } of context.transaction.scan(PENDING_BODY)) if (key[1] === device) context.transaction.delete(PENDING_BODY, ...key)
}
