/** Incoming letters: their session opens them, then each control message goes to its handler (PROTOCOL §2). */
import { type AccountId, decode, type DeviceId } from '@sotto/wire'
import { reviveRequests } from '../cipher/repair/ask-for-keys.ts'
import { noteHeard } from '../cipher/repair/unacknowledged.ts'
import { isBlockedChat } from '../groups/blocked.ts'
import { noteStranger } from '../groups/strangers.ts'
import { writerBy } from '../links/inbox.ts'
import { noteUnreadable, noteWriterOf, trialFor } from '../links/letter-budget.ts'
import { deviceBehind } from '../links/whereabouts.ts'
import { openLetter, type TriedLetter } from '../sessions/open-letters.ts'
import { keepPending } from '../sessions/pending-bodies.ts'
import type { Context } from '../state/context.ts'
import { bytesOf, type Sender, textOf } from '../state/names.ts'
import { PEER } from '../state/tables/links.ts'
import { PENDING_BODY } from '../state/tables/sessions.ts'
import { type ControlMessage, controlMessage, heardAs, letter } from './control-messages.ts'
import { standingOf } from './may-say.ts'

/** Takes in a sealed record from our inbox: opens it, and takes each control message to its room. `capability`: by which it came. */
export function receiveLetter(context: Context, record: Uint8Array, capability: number | null): void {
  const writer = writerBy(context, capability)
  take(context, openLetter(context, record, { likely: writer === undefined ? [] : [writer], others: true }))
}

/** The same with a record from a peer's stream, as far as the peer may cost us that. */
export function receivePeerLetter(context: Context, peer: string, record: Uint8Array): void {
  const trial = trialFor(context, peer)
  if (trial === 'none') return
  const likely = [context.transaction.get(PEER, peer)?.writer ?? undefined, deviceBehind(context, peer)].filter((device) => device !== undefined)
  const opened = openLetter(context, record, { likely, others: trial === 'all' })
  if (opened.outcome === 'unreadable') noteUnreadable(context, peer, trial)
  if (opened.outcome === 'opened') noteWriterOf(context, peer, textOf(opened.from.device))
  take(context, opened)
}

function take(context: Context, opened: TriedLetter): void {
  if (opened.outcome !== 'opened') return
  if (opened.isNew) noteStranger(context, textOf(opened.from.device))
  receiveAll(context, opened.from, opened.plaintext)
}

function receiveAll(context: Context, from: Sender, plaintext: Uint8Array): void {
  // What was given up of its messages may come after all, and what it lacks reaches it now.
  reviveRequests(context, from.device)
  noteHeard(context, from.device)
  for (const message of decode(letter, plaintext) ?? []) receive(context, from, message)
}

const standingIn = (context: Context, from: Sender, message: ControlMessage) =>
  'group' in message ? standingOf(context, heardAs(message).kind, from, message.group) : 'heard'

/** Handles one control message, if its sender may say it. */
function receive(context: Context, from: Sender, message: ControlMessage): void {
  if ('group' in message && isBlockedChat(context, textOf(message.group))) return
  const { kind, hear } = heardAs(message)
  const standing = standingIn(context, from, message)
  if (standing === 'heard') hear(context, from, message)
  else if (standing === 'waits' && 'group' in message) keepPending(context, from, textOf(message.group), kind, message)
}

/** The roster changed: handles bodies that waited for their sender or for an operation. What still has to wait stays as it is, with the time it came. */
export function receivePending(context: Context, group: string): void {
  for (const { key, value } of context.transaction.scan(PENDING_BODY, group)) {
    const from: Sender = { account: value.account as AccountId, device: bytesOf<DeviceId>(key[1] ?? '') }
    const message = decode(controlMessage, value.body)
    if (message !== undefined && standingIn(context, from, message) === 'waits') continue
    context.transaction.delete(PENDING_BODY, ...key)
    if (message !== undefined) receive(context, from, message)
  }
}
