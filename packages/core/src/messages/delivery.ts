/** The states of an own message: sending, then sent when a relay or a member's device has it, then delivered (PROTOCOL §7, §13.25). */
import { type DeviceId, type EnvelopeHash, equalBytes, type MessageId } from '@sotto/wire'
import { cipherOf, type MessageRecipient } from '../cipher/group-cipher.ts'
import { noteReceived } from '../cipher/received.ts'
import { rosterOf } from '../groups/group-log.ts'
import { selfOf } from '../identity/profile.ts'
import { hasLetters } from '../sessions/control-queue.ts'
import type { Context } from '../state/context.ts'
import { type MessagePlace, textOf } from '../state/names.ts'
import { sortable } from '../state/table.ts'
import { EPOCH } from '../state/tables/groups.ts'
import { SENT, SENT_AT, UNCONFIRMED } from '../state/tables/messages.ts'
import { saveMessage } from './conversation.ts'

/** A member's device has these messages of ours. */
export function markSent(context: Context, group: string, epoch: string, envelopes: readonly EnvelopeHash[]): void {
  const there = new Set(envelopes.map(textOf))
  // Only unconfirmed ones are looked at: while others are away, thousands of rows are kept.
  for (const { key } of context.transaction.scan(UNCONFIRMED, group, epoch)) {
    const sent = context.transaction.get(SENT, ...key)
    if (sent !== undefined && there.has(textOf(sent.envelope))) setState(context, group, key, 'sent')
  }
}

/** The relay acknowledged the record at this place. */
export function markStored(context: Context, group: string, epoch: string, keyId: number, iteration: number): void {
  const key = [group, epoch, String(keyId), sortable(iteration)]
  if (context.transaction.get(SENT, ...key)?.state === 'sending') setState(context, group, key, 'sent')
}

/** A message of ours was sealed for each device by itself. Where there is none, nothing has to leave. */
export function noteSealed(context: Context, place: MessagePlace): void {
  const { group, epoch, device, keyId, iteration } = place
  noteReceived(context, [group, epoch, textOf(device), String(keyId)], iteration)
  const isForNobody = (cipherOf(context, group).recipientsOf(context, place) ?? []).length === 0
  if (isForNobody) setState(context, group, [group, epoch, String(keyId), sortable(iteration)], 'sent')
}

/**
 * A relay has a letter for this device. If no other waits for it, a relay has all that was sealed for it so far: those
 * messages are sent.
 */
export function letterStored(context: Context, device: DeviceId): void {
  const unconfirmed = context.transaction.scan(UNCONFIRMED).filter(({ key }) => !cipherOf(context, key[0] ?? '').sealsEnvelopes)
  if (unconfirmed.length === 0 || hasLetters(context, device)) return
  const own = selfOf(context).device
  for (const { key } of unconfirmed) {
    const [group = '', epoch = '', keyId = '', iteration = ''] = key
    const place = { group, epoch, device: own, keyId: Number(keyId), iteration: Number.parseInt(iteration, 36) }
    const recipients = cipherOf(context, group).recipientsOf(context, place) ?? []
    if (recipients.some((each) => equalBytes(each.device, device))) setState(context, group, key, 'sent')
  }
}

function setState(context: Context, group: string, key: readonly string[], state: 'sent' | 'delivered'): void {
  const sent = context.transaction.get(SENT, ...key)
  if (sent === undefined || sent.state === state) return
  const line = sent.line === null ? null : { ...sent.line, record: { ...sent.line.record, state } }
  context.transaction.delete(UNCONFIRMED, ...key)
  context.transaction.put(SENT, [...key], { ...sent, state, line })
  if (line !== null) saveMessage(context, group, { id: sent.message, ...line })
}

/** A device opened a message of ours. It is delivered once a device of every other member has. */
export function noteOpenedBy(context: Context, group: string, device: DeviceId, message: MessageId): void {
  const key = keyOf(context, group, textOf(message))
  if (key === undefined || context.transaction.get(SENT, ...key) === undefined) return
  const [, epoch = '', keyId = '', iteration = ''] = key
  const place = { group, epoch, device: selfOf(context).device, keyId: Number(keyId), iteration: Number.parseInt(iteration, 36) }
  const cipher = cipherOf(context, group)
  if (cipher.noteOpened(context, place, device)) updateDelivery(context, key, cipher.recipientsOf(context, place) ?? [])
}

/** A message's key in SENT, in the epoch where it was sealed last. */
function keyOf(context: Context, group: string, message: string): readonly string[] | undefined {
  for (const { key } of context.transaction.scan(EPOCH, group)) {
    const found = context.transaction.get(SENT_AT, group, key[1] ?? '', message)
    if (found !== undefined) return found
  }
  return undefined
}

/** Updates a message's state by who has opened it, and forgets it when nothing more is awaited. */
function updateDelivery(context: Context, key: readonly string[], recipients: readonly MessageRecipient[]): void {
  const [group = ''] = key
  const roster = rosterOf(context, group)
  const own = selfOf(context).account
  const meant = new Set<string>()
  const reached = new Set<string>()
  let isAwaited = false
  for (const { device, hasOpened } of recipients) {
    const account = roster.accountOf(device)
    if (account === undefined || !roster.isMember(account)) continue
    if (!hasOpened) isAwaited = true
    if (equalBytes(account, own)) continue
    meant.add(textOf(account))
    if (hasOpened) reached.add(textOf(account))
  }
  if (meant.size > 0 && reached.size === meant.size) setState(context, group, key, 'delivered')
  else if (reached.size > 0 && context.transaction.get(SENT, ...key)?.state === 'sending') setState(context, group, key, 'sent')
  const sent = context.transaction.get(SENT, ...key)
  if (sent?.state === 'delivered' && !isAwaited) forgetSent(context, key, sent.message)
}

/** A message was sealed at this place. `isUnconfirmed`: no relay and no device is known to have it. */
export function indexSent(context: Pick<Context, 'transaction'>, key: readonly string[], message: string, isUnconfirmed: boolean): void {
  context.transaction.put(SENT_AT, [key[0] ?? '', key[1] ?? '', message], key)
  if (isUnconfirmed) context.transaction.put(UNCONFIRMED, key, true)
}

/** Nothing more is awaited for a message at this place. */
export function forgetSent(context: Pick<Context, 'transaction'>, key: readonly string[], message: string): void {
  context.transaction.delete(SENT, ...key)
  context.transaction.delete(UNCONFIRMED, ...key)
  context.transaction.delete(SENT_AT, key[0] ?? '', key[1] ?? '', message)
}

/** After a start: builds the index of messages that are awaited. */
export function indexAllSent(context: Pick<Context, 'transaction'>): void {
  for (const table of [SENT_AT, UNCONFIRMED]) context.transaction.deleteAll(table)
  for (const { key, value } of context.transaction.scan(SENT)) indexSent(context, key, value.message, value.state === 'sending')
}
