/** The row of a conversation: what is new in it, what stands last, and how many messages were ever given a place. */
import { groupRow } from '../groups/group-row.ts'
import type { Context } from '../state/context.ts'
import { CONVERSATION, type Conversation, type MessageRecord } from '../state/tables/messages.ts'

const NOTHING_SAID: Conversation = { unread: 0, last: null, placed: 0 }

/** What a group's list shows of what was said there. */
export const conversationOf = (context: Pick<Context, 'transaction'>, group: string): Conversation =>
  context.transaction.get(CONVERSATION, group) ?? NOTHING_SAID

/** What is said in a group that is not known here, or no longer, is in no list. */
function change(context: Context, group: string, what: Partial<Conversation>): void {
  if (groupRow(context, group) !== undefined) context.transaction.put(CONVERSATION, [group], { ...conversationOf(context, group), ...what })
}

/** Somebody said something. */
export const countUnread = (context: Context, group: string): void => change(context, group, { unread: conversationOf(context, group).unread + 1 })

/** All that is there was read. */
export function markRead(context: Context, group: string): void {
  if (conversationOf(context, group).unread > 0) change(context, group, { unread: 0 })
}

/** What a group's list shows of it is the message that stands last. */
export function noteLast(context: Context, group: string, order: string, { body, account, timeMs }: MessageRecord): void {
  const { last } = conversationOf(context, group)
  if (body.kind === 'text' && (last === null || last.order <= order)) change(context, group, { last: { text: body.text, account, atMs: timeMs, order } })
}

/** Counts a message that is given its place: how many were before. */
export function countPlaced(context: Context, group: string): number {
  const { placed } = conversationOf(context, group)
  change(context, group, { placed: placed + 1 })
  return placed
}
