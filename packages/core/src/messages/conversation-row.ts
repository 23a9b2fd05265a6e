/** The row of a conversation: unread messages, the last message, and how many messages ever got a place. */
import { groupRow } from '../groups/group-row.ts'
import type { Context } from '../state/context.ts'
import { CONVERSATION, type Conversation, type MessageRecord } from '../state/tables/messages.ts'
import { beginningOf } from './beginning.ts'
import { mentionsSelf, textWithNames } from './mentions.ts'

const NOTHING_SAID: Conversation = { unread: 0, mentions: 0, read: null, last: null, placed: 0 }

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

/** Everything has been read. */
export function markRead(context: Context, group: string): void {
  if (conversationOf(context, group).unread > 0) change(context, group, { unread: 0, mentions: 0 })
}

/** Notes the last message, which the list of groups shows. */
export function noteLast(context: Context, group: string, order: string, { body, account, timeMs }: MessageRecord): void {
  const { last } = conversationOf(context, group)
  if (body.kind !== 'text' || (last !== null && last.order > order)) return
  // Names may make it longer than a message; a list shows its beginning.
  const text = body.mentions.length === 0 ? body.text : beginningOf(textWithNames(context, body.text, body.mentions))
  change(context, group, { last: { text, account, atMs: timeMs, order } })
}

/** Counts a message that gets its place. Returns how many came before. */
export function countPlaced(context: Context, group: string): number {
  const { placed } = conversationOf(context, group)
  change(context, group, { placed: placed + 1 })
  return placed
}
