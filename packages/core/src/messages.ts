/** The conversation of a group as it is kept: a log of records, and in the group's row what its list shows. */
import { type AccountId, encode, showsSomething } from '@sotto/wire'
import type { GroupNotice } from './api.ts'
import { timeBelowAll } from './conversation-order.ts'
import { type Context, nextNumber, textOf } from './context.ts'
import { sortable } from './table.ts'
import { GROUP, type MessageRecord, messageRecord, NAME, SELF } from './tables.ts'

/** The log's name of a group's conversation. Its records are `messageRecord`s. */
export const messageLog = (group: string): string => `messages/${group}`

/** Saves a message, or its new state under the same id. */
export function saveMessage(
  context: Context,
  group: string,
  message: { readonly id: string; readonly order: string; readonly record: MessageRecord },
): void {
  context.logs.push({ log: messageLog(group), id: message.id, order: message.order, value: encode(messageRecord, message.record) })
  const row = context.draft.get(GROUP, group)
  if (row === undefined) return
  const { record } = message
  const isText = record.body.kind === 'text'
  const isNew = !record.own && isText
  context.draft.put(GROUP, [group], {
    ...row,
    unread: isNew ? row.unread + 1 : row.unread,
    changedMs: isText && (isNew || record.state === 'sending') ? context.nowMs : row.changedMs,
  })
  noteLast(context, group, message.order, record)
}

/** What a group's list shows of it is the message that stands last. */
export function noteLast(context: Context, group: string, order: string, { body, account, timeMs }: MessageRecord): void {
  const row = context.draft.get(GROUP, group)
  if (row === undefined) return
  const isLast = body.kind === 'text' && (row.last === null || row.last.order <= order)
  context.draft.put(GROUP, [group], { ...row, revision: row.revision + 1, last: isLast ? { text: body.text, account, atMs: timeMs, order } : row.last })
}

/** Says that something a page shows of this group changed. */
export function touch(context: Context, group: string): void {
  const row = context.draft.get(GROUP, group)
  if (row !== undefined) context.draft.put(GROUP, [group], { ...row, revision: row.revision + 1 })
}

/** Writes a line between the messages: something happened to the group. */
export function noteInConversation(context: Context, group: string, notice: GroupNotice, about: AccountId): void {
  const { timeMs, counter } = timeBelowAll(context, group)
  const own = context.draft.get(SELF, 'self')
  if (own === undefined) return
  const number = sortable(nextNumber(context))
  saveMessage(context, group, {
    id: `notice-${number}`,
    order: `${sortable(timeMs)}.${sortable(counter)}.${textOf(own.device).slice(0, 8)}.${number}`,
    record: {
      account: about,
      own: false,
      timeMs: context.nowMs,
      state: 'none',
      resent: false,
      envelope: new Uint8Array(32) as MessageRecord['envelope'],
      sealed: null,
      body: { kind: 'notice', notice, about },
    },
  })
}

/** Takes in what an account calls itself. One that shows nothing is no name: what it was called before stands. */
export function noteName(context: Context, account: Uint8Array, name: string): void {
  if (showsSomething(name)) context.draft.put(NAME, [textOf(account)], name)
}

/** What an account calls itself, or an empty text where nobody has said, or nothing that shows. */
export function nameOf(context: Pick<Context, 'draft'>, account: Uint8Array): string {
  const self = context.draft.get(SELF, 'self')
  const isOwn = self !== undefined && textOf(self.account) === textOf(account)
  return shown(isOwn ? self.name : (context.draft.get(NAME, textOf(account)) ?? ''))
}

/** A name or title as views carry it: empty where it shows nothing, so that pages put a word of theirs in its place. */
export const shown = (name: string): string => (showsSomething(name) ? name : '')
