/** Erases the text of a message that was deleted, for everyone or on this device, from everything that is kept (PROTOCOL §8.31, §8.33). */
import { encode, equalBytes } from '@sotto/wire'
import { dropLeft } from '../files/at-relay/drop.ts'
import { forgetFilesOf } from '../files/forget-files.ts'
import { touch } from '../groups/group-row.ts'
import { selfOf } from '../identity/profile.ts'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { HIDDEN } from '../state/tables/message-changes.ts'
import { type MessageRecord, messageRecord, PENDING_MESSAGE, PLACE, PLACE_OF, SENT } from '../state/tables/messages.ts'
import { forgetReactions } from './contents/reaction.ts'
import { messageHistory } from './conversation.ts'
import { keptUnder } from './lives.ts'
import { rereadLast } from './last-message.ts'
import { asKept, changersOf, forgetChange } from './message-changes.ts'
import { eraseSealed, textIsOf } from './own-places.ts'
import { textChanged } from './text-changed.ts'
import { emptyWaiting } from './waiting-texts.ts'

const NOTHING_TO_SEAL = new Uint8Array(0)

/** What is left of a message that its author deleted for everyone: who wrote it, and when. */
export function eraseForAll(context: Context, group: string, id: string, order: string, record: MessageRecord): void {
  const kept = asKept(context, group, id, record)
  if (kept !== undefined)
    context.histories.push({ history: messageHistory(group), id, order, value: encode(messageRecord, kept), ...keptUnder(context, group, id) })
  forgetReactions(context, group, id)
  dropLeft(context, group, id)
  forgetFilesOf(context, group, id)
  if (equalBytes(record.account, selfOf(context).account)) eraseOutgoing(context, group, id, record)
  else emptyWaiting(context, group)
  textChanged(context, group, id, { kind: 'deleted' })
}

/** A message of ours, and its edits: what waits is not sent, and what was sealed keeps its number and nothing else. */
export function eraseOutgoing(context: Context, group: string, id: string, record: Pick<MessageRecord, 'own' | 'sealed'>): void {
  for (const { key, value } of context.transaction.scan(PENDING_MESSAGE, group)) if (textIsOf(value) === id) context.transaction.delete(PENDING_MESSAGE, ...key)
  for (const { key, value } of context.transaction.scan(SENT, group))
    if (value.body.length > 0 && textIsOf(value) === id) context.transaction.put(SENT, key, { ...value, body: NOTHING_TO_SEAL, line: null })
  if (record.own) eraseSealed(context, group, id, record.sealed)
}

/** On this device only. Nothing of it stays but that it is not to come back. What was sealed of an own message goes to the others as before. */
export function eraseHere(context: Context, group: string, id: string): void {
  context.transaction.put(HIDDEN, [group, id], { atMs: context.nowMs })
  for (const account of changersOf(context, group, id)) forgetChange(context, group, account, id)
  removeLine(context, group, id)
  emptyWaiting(context, group)
  for (const { key, value } of context.transaction.scan(PENDING_MESSAGE, group))
    if (value.message === id) context.transaction.put(PENDING_MESSAGE, key, { ...value, line: null })
  for (const { key, value } of context.transaction.scan(SENT, group)) if (value.message === id) context.transaction.put(SENT, key, { ...value, line: null })
}

/** A message of ours that was never sealed is not sent: nobody has it, and nothing has to be said. Returns false if it was sealed. */
export function withdrawPending(context: Context, group: string, id: string): boolean {
  const found = context.transaction.scan(PENDING_MESSAGE, group).find(({ value }) => value.message === id)
  if (found === undefined || found.value.again !== null) return false
  for (const { key, value } of context.transaction.scan(PENDING_MESSAGE, group)) if (textIsOf(value) === id) context.transaction.delete(PENDING_MESSAGE, ...key)
  for (const account of changersOf(context, group, id)) forgetChange(context, group, account, id)
  // What is written from now on names other messages as seen.
  const place = context.transaction.scan(PLACE, group).find(({ value }) => value.message === id)
  if (place !== undefined) {
    context.transaction.delete(PLACE, ...place.key)
    context.transaction.delete(PLACE_OF, group, textOf(place.value.tag))
  }
  dropLeft(context, group, id)
  removeLine(context, group, id)
  return true
}

/** The message's line goes, with what is beside it. */
export function removeLine(context: Context, group: string, id: string): void {
  context.histories.push({ history: messageHistory(group), id, order: '', value: null })
  forgetReactions(context, group, id)
  forgetFilesOf(context, group, id)
  textChanged(context, group, id, undefined)
  rereadLast(context, group)
  touch(context, group)
}
