/**
 * The states of an own message: sending until a relay or a member's device has it and letters have left without which not everybody can
 * open it, then sent, then delivered (PROTOCOL §7, §13.25).
 */
import { type DeviceId, type EnvelopeHash, equalBytes, LIMITS, type MessageId } from '@sotto/wire'
import { cipherOf, type MessageRecipient } from '../cipher/group-cipher.ts'
import { noteReceived } from '../cipher/received.ts'
import { rosterOf } from '../groups/group-log.ts'
import { touch } from '../groups/group-row.ts'
import { selfOf } from '../identity/profile.ts'
import { awaitedFor, awaitedFrom, awaitOnly } from '../links/awaited.ts'
import type { Context } from '../state/context.ts'
import { type MessagePlace, textOf } from '../state/names.ts'
import { sortable } from '../state/table.ts'
import { EPOCH, GROUP } from '../state/tables/groups.ts'
import type { Carried } from '../state/tables/links.ts'
import { AWAITING_LETTERS, type Outgoing, SENT, SENT_AT, UNCONFIRMED } from '../state/tables/messages.ts'
import { saveMessage } from './conversation.ts'
import { waitsForRelay } from './other-relays.ts'
import { NAMED_WAITING } from './waits-for.ts'

/** A member's device has these messages of ours. */
export function markSent(context: Context, group: string, epoch: string, envelopes: readonly EnvelopeHash[]): void {
  const there = new Set(envelopes.map(textOf))
  // Only unconfirmed ones are looked at: while others are away, thousands of rows are kept.
  for (const { key } of context.transaction.scan(UNCONFIRMED, group, epoch)) {
    const sent = context.transaction.get(SENT, ...key)
    if (sent !== undefined && there.has(textOf(sent.envelope))) confirm(context, key)
  }
}

/** The relay acknowledged the record at this place. */
export function markStored(context: Context, group: string, epoch: string, keyId: number, iteration: number): void {
  const key = [group, epoch, String(keyId), sortable(iteration)]
  confirm(context, key)
  review(context, key)
}

/** What kept a message that a relay has from being sent may be over: a relay went away, has no room, or is none of the group's any more. */
export function reviewWaits(context: Context): void {
  for (const { key } of context.transaction.scan(AWAITING_LETTERS)) review(context, key)
}

function review(context: Context, key: readonly string[]): void {
  if (context.transaction.get(SENT, ...key)?.state === 'stored' && !waits(context, key)) setState(context, key, 'sent')
}

/** A message of ours was sealed for each device by itself. Where there is none, nothing has to leave. */
export function noteSealed(context: Context, place: MessagePlace): void {
  const { group, epoch, device, keyId, iteration } = place
  noteReceived(context, [group, epoch, textOf(device), String(keyId)], iteration)
  const isForNobody = (cipherOf(context, group).recipientsOf(context, place) ?? []).length === 0
  if (isForNobody) confirm(context, [group, epoch, String(keyId), sortable(iteration)])
}

/** A relay has a letter that carries this. Where messages are sealed for each device by itself, it has a copy of each of these. */
export function letterStored(context: Context, carries: readonly Carried[]): void {
  for (const { group: id, epoch, keyId, from } of carries) {
    const group = textOf(id)
    if (context.transaction.get(GROUP, group)?.state !== 'member' || cipherOf(context, group).sealsEnvelopes) continue
    confirm(context, [group, textOf(epoch), String(keyId), sortable(from)])
  }
}

/** A relay or another device has a message of ours. Letters that others need to open it, and the group's other relays, may keep it from being sent. */
function confirm(context: Context, key: readonly string[]): void {
  if (context.transaction.get(SENT, ...key)?.state !== 'sending') return
  setState(context, key, waits(context, key) ? 'stored' : 'sent')
}

const waits = (context: Context, key: readonly string[]): boolean => waitsForLetters(context, key) || waitsForRelay(context, key)

/** Whether letters wait here without which a device could not open a message. */
function waitsForLetters(context: Context, [group = '', epoch = '', keyId = '', iteration = '']: readonly string[]): boolean {
  return awaitedFrom(context, group, epoch, keyId) <= Number.parseInt(iteration, 36)
}

/** Letters left, or are for nobody any more: messages under this key id that waited for nothing else are sent (PROTOCOL §7.47). */
export function lettersLeft(context: Context, group: string, epoch: string, keyId: string): void {
  const first = context.transaction.first(AWAITING_LETTERS, group, epoch, keyId)
  if (first === undefined) return
  let isShown = false
  // They are in the order of their numbers, and of letters later ones wait for all that one waits for: mostly this is one look.
  if (waitsForLetters(context, first.key)) isShown = isFew(context, first.key)
  else
    for (const { key } of context.transaction.scan(AWAITING_LETTERS, group, epoch, keyId)) {
      if (waitsForLetters(context, key)) {
        isShown = isFew(context, key)
        break
      }
      review(context, key)
    }
  // Only where those that are still waited for are few enough to be named.
  if (isShown) touch(context, group)
}

const isFew = (context: Context, [group = '', epoch = '', keyId = '', iteration = '']: readonly string[]): boolean =>
  awaitedFor(context, { group, epoch, keyId: Number(keyId), iteration: Number.parseInt(iteration, 36) }, NAMED_WAITING + 2).length <= NAMED_WAITING + 1

/** Devices that are no member's any more, and those that have what letters carry, are not waited for. */
export function awaitMembersOnly(context: Context, group: string): void {
  const roster = rosterOf(context, group)
  const cipher = cipherOf(context, group)
  awaitOnly(context, group, (device, key) => roster.deviceOf(device) !== undefined && !cipher.hasCarried(context, { group, ...key, device }))
}

/**
 * After a mailbox's retention nothing is waited for: what it held of the message is gone, and a letter would open nothing (PROTOCOL
 * §7.49). From time to time.
 */
export function endLongWaits(context: Context): void {
  for (const { key } of context.transaction.scan(AWAITING_LETTERS)) {
    const writtenMs = context.transaction.get(SENT, ...key)?.writtenMs ?? 0
    if (writtenMs + LIMITS.retentionMs < context.nowMs) setState(context, key, 'sent')
  }
}

/** This device is no member any more: what others have is sent. */
export function endWaits(context: Context, group: string): void {
  for (const { key } of context.transaction.scan(AWAITING_LETTERS, group)) setState(context, key, 'sent')
}

function setState(context: Context, key: readonly string[], state: 'stored' | 'sent' | 'delivered'): void {
  const sent = context.transaction.get(SENT, ...key)
  if (sent === undefined || sent.state === state) return
  const shown = state === 'stored' ? 'sending' : state
  const line = sent.line === null ? null : { ...sent.line, record: { ...sent.line.record, state: shown } as const }
  context.transaction.delete(UNCONFIRMED, ...key)
  if (state === 'stored') context.transaction.put(AWAITING_LETTERS, key, true)
  else context.transaction.delete(AWAITING_LETTERS, ...key)
  context.transaction.put(SENT, key, { ...sent, state, line })
  if (line === null) return
  if (state === 'stored') touch(context, key[0] ?? '')
  else saveMessage(context, key[0] ?? '', { id: sent.message, ...line })
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
  if (meant.size > 0 && reached.size === meant.size) setState(context, key, 'delivered')
  else if (reached.size > 0) confirm(context, key)
  const sent = context.transaction.get(SENT, ...key)
  if (sent?.state === 'delivered' && !isAwaited) forgetSent(context, key, sent.message)
}

/** A message was sealed at this place. */
export function indexSent(context: Pick<Context, 'transaction'>, key: readonly string[], message: string, state: Outgoing['state']): void {
  context.transaction.put(SENT_AT, [key[0] ?? '', key[1] ?? '', message], key)
  if (state === 'stored') context.transaction.put(AWAITING_LETTERS, key, true)
  // No relay and no device is known to have it.
  if (state === 'sending') context.transaction.put(UNCONFIRMED, key, true)
}

/** Nothing more is awaited for a message at this place. */
export function forgetSent(context: Pick<Context, 'transaction'>, key: readonly string[], message: string): void {
  context.transaction.delete(SENT, ...key)
  context.transaction.delete(UNCONFIRMED, ...key)
  context.transaction.delete(AWAITING_LETTERS, ...key)
  context.transaction.delete(SENT_AT, key[0] ?? '', key[1] ?? '', message)
}

/** After a start: builds the index of messages that are awaited. */
export function indexAllSent(context: Pick<Context, 'transaction'>): void {
  for (const table of [SENT_AT, UNCONFIRMED, AWAITING_LETTERS]) context.transaction.deleteAll(table)
  for (const { key, value } of context.transaction.scan(SENT)) indexSent(context, key, value.message, value.state)
}
