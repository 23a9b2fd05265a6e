/** The row of a conversation: unread messages, the last message, and how many messages ever got a place. */
import { isBlocked } from '../groups/blocked.ts'
import { groupRow, touch } from '../groups/group-row.ts'
import type { Context } from '../state/context.ts'
import { CONVERSATION, type Conversation, type MessageRecord } from '../state/tables/messages.ts'
import { beginningOf, namesOf } from './beginning.ts'
import { mentionsSelf, textWithNames } from './mentions.ts'
import type { TextNow } from './text-now.ts'

const NOTHING_SAID: Conversation = { unread: 0, mentions: 0, read: null, last: null, isLastDue: false, placed: 0 }

/** What the list of groups shows of a group's conversation. */
export const conversationOf = (context: Pick<Context, 'transaction'>, group: string): Conversation =>
  context.transaction.get(CONVERSATION, group) ?? NOTHING_SAID

/** Changes the row. Does nothing for a group that is not known here. */
function change(context: Context, group: string, what: Partial<Conversation>): void {
  if (groupRow(context, group) !== undefined) context.transaction.put(CONVERSATION, [group], { ...conversationOf(context, group), ...what })
}

/** Up to which place the person has read; null: nothing. What is unread came after that. */
export function readUpTo(context: Pick<Context, 'transaction'>, group: string): string | null {
  const { unread, read, last } = conversationOf(context, group)
  return (unread > 0 ? read : last)?.order ?? null
}

/** A new message of another device. Called before it is noted as the last one. */
export function countUnread(context: Context, group: string, body: MessageRecord['body']): void {
  const { unread, mentions, last } = conversationOf(context, group)
  const read = last === null ? null : { order: last.order, atMs: context.nowMs }
  const mentioned = mentionsSelf(context, body) ? 1 : 0
  change(context, group, { unread: unread + 1, mentions: mentions + mentioned, ...(unread === 0 ? { read } : {}) })
}

/** An unread message is gone. */
export function countNoLonger(context: Context, group: string): void {
  const { unread, mentions } = conversationOf(context, group)
  if (unread > 0) change(context, group, { unread: unread - 1, mentions: Math.min(mentions, unread - 1) })
}

/** Everything has been read. */
export function markRead(context: Context, group: string): void {
  if (conversationOf(context, group).unread > 0) change(context, group, { unread: 0, mentions: 0 })
}

/** Notes the last message, which the list of groups shows, unless its author is blocked. */
export function noteLast(context: Context, group: string, message: string, order: string, { body, account, timeMs, own }: MessageRecord): void {
  if (!own && isBlocked(context, account)) return
  const { last } = conversationOf(context, group)
  if ((body.kind !== 'text' && body.kind !== 'deleted') || (last !== null && last.order > order)) return
  const isKnown = last?.message === message
  // Its text may be another by now: only its place and time are new.
  const now = isKnown ? last : { message, text: body.kind === 'text' ? listed(context, body) : '', deleted: body.kind === 'deleted' }
  change(context, group, { last: { ...now, account, atMs: timeMs, order } })
}

/** What a list shows of a text. Names may make it longer than a message: then its beginning. */
export const listed = (
  context: Context,
  { text, mentions, files }: Pick<Extract<TextNow, { readonly kind: 'text' }>, 'text' | 'mentions' | 'files'>,
): string => (text === '' ? namesOf(files) : mentions.length === 0 ? text : beginningOf(textWithNames(context, text, mentions)))

/** Counts a message that gets its place. Returns how many came before. */
export function countPlaced(context: Context, group: string): number {
  const { placed } = conversationOf(context, group)
  change(context, group, { placed: placed + 1 })
  return placed
}

/** The text of a message is another now, or is gone. If it was the last message and is not here any more, `rereadLast` finds the one before. */
export function lastChanged(context: Context, group: string, message: string, now: TextNow | undefined): void {
  const { last } = conversationOf(context, group)
  if (last === null || last.message !== message) return
  if (now === undefined) change(context, group, { last: null, isLastDue: true })
  else change(context, group, { last: { ...last, text: now.kind === 'text' ? listed(context, now) : '', deleted: now.kind === 'deleted' } })
}

/** The last message has to be read: until then the list shows what it did, unless that is a blocked person's. */
export function findLastAnew(context: Context, group: string): void {
  const { last } = conversationOf(context, group)
  change(context, group, { last: last !== null && isBlocked(context, last.account) ? null : last, isLastDue: true })
}

/** What was found as the last message; null: there is none. A message that came meanwhile is the last one. */
export function lastFound(context: Context, group: string, found: NonNullable<Conversation['last']> | null): void {
  const { last, isLastDue } = conversationOf(context, group)
  if (!isLastDue) return
  change(context, group, { isLastDue: false, last: found !== null && (last === null || last.order <= found.order) ? found : last })
  touch(context, group)
}
