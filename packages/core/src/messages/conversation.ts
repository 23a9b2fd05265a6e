/** A group's conversation as it is stored: a history of records, and a row for the list of groups. */
import type { Roster } from '@sotto/membership'
import { type AccountId, encode, equalBytes } from '@sotto/wire'
import type { GroupNotice } from '../contract/message-view.ts'
import { isBlocked } from '../groups/blocked.ts'
import { raise, touch } from '../groups/group-row.ts'
import { calledNow } from '../groups/names.ts'
import { selfOf } from '../identity/profile.ts'
import type { Context } from '../state/context.ts'
import { nextNumber } from '../state/local-numbers.ts'
import { textOf } from '../state/names.ts'
import { sortable } from '../state/table.ts'
import { type MessageRecord, messageRecord } from '../state/tables/messages.ts'
import { SELF } from '../state/tables/self.ts'
import { timeBelowAll } from './conversation-order.ts'
import { bringBack, remind } from './conversation-choices.ts'
import { countUnread, noteLast } from './conversation-row.ts'
import { asKept } from './message-changes.ts'

/** The name of a conversation's history. Its records are `messageRecord`s. */
export const messageHistory = (group: string): string => `messages/${group}`

/** Saves a message, or its new state under the same id. Of one that was deleted, what may be kept. */
export function saveMessage(context: Context, group: string, message: { readonly id: string; readonly order: string; readonly record: MessageRecord }): void {
  const record = asKept(context, group, message.id, message.record)
  if (record === undefined) return
  context.histories.push({ history: messageHistory(group), id: message.id, order: message.order, value: encode(messageRecord, record) })
  const isText = record.body.kind === 'text'
  if (isOfBlocked(context, record)) return
  const isNew = !record.own && isText
  if (isNew) {
    countUnread(context, group, record.body)
    bringBack(context, group)
  }
  noteLast(context, group, message.id, message.order, record)
  if (isText && (isNew || record.state === 'sending')) raise(context, group)
  else touch(context, group)
}

/** Whether it is what a blocked person said, or deleted: nobody is shown that (PROTOCOL §12.74). */
export const isOfBlocked = (context: Pick<Context, 'transaction'>, { own, body, account }: MessageRecord): boolean =>
  !own && (body.kind === 'text' || body.kind === 'deleted') && isBlocked(context, account)

/** Adds a line between the messages for a change of the group. */
export const noteInConversation = (context: Context, group: string, notice: GroupNotice, about: AccountId): void =>
  addLine(context, group, about, calledNow(context, textOf(about)), { kind: 'notice', notice, about })

/** Adds the line that a member calls itself otherwise. */
export const noteRename = (
  context: Context,
  group: string,
  about: AccountId,
  { from, to }: { readonly from: MessageRecord['called']; readonly to: string },
): void => addLine(context, group, about, from, { kind: 'renamed', to })

/** Adds the line that a member was sent something else than this device, in the same place. */
export const noteContentsDiffer = (context: Context, group: string, about: AccountId, by: AccountId): void =>
  addLine(context, group, about, calledNow(context, textOf(about)), { kind: 'contentsDiffer', by })

/** Adds the line that a member reports a message of another. Only an admin's device has it. */
export function noteReport(
  context: Context,
  group: string,
  by: AccountId,
  reported: Omit<Extract<MessageRecord['body'], { readonly kind: 'reported' }>, 'kind'>,
): void {
  addLine(context, group, by, calledNow(context, textOf(by)), { kind: 'reported', ...reported })
  remind(context, group)
}

/** Adds the line that the group is called otherwise. Which admin did that is not said: it may have been taken back since. */
export const noteTitle = (context: Context, group: string, title: string): void =>
  addLine(context, group, selfOf(context).account, { name: '', another: 0 }, { kind: 'titled', to: title })

function addLine(context: Context, group: string, account: AccountId, called: MessageRecord['called'], body: MessageRecord['body']): void {
  const { timeMs, counter } = timeBelowAll(context, group)
  const own = context.transaction.get(SELF, 'self')
  if (own === undefined) return
  const number = sortable(nextNumber(context))
  saveMessage(context, group, {
    id: `notice-${number}`,
    order: `${sortable(timeMs)}.${sortable(counter)}.${textOf(own.device).slice(0, 8)}.${number}`,
    record: {
      account,
      called,
      own: false,
      timeMs: context.nowMs,
      lateMs: null,
      saidMs: context.nowMs,
      state: 'none',
      resent: false,
      envelope: new Uint8Array(32) as MessageRecord['envelope'],
      sealed: null,
      body,
    },
  })
}

export function tellOfChanges(context: Context, group: string, before: Roster, now: Roster): void {
  if (now === before) return
  const { account: own } = selfOf(context)
  const rolesOf = (roster: Roster) => new Map(roster.members.map(({ account, role }) => [textOf(account), role]))
  const rolesBefore = rolesOf(before)
  const rolesNow = rolesOf(now)
  for (const member of now.members) {
    const role = rolesBefore.get(textOf(member.account))
    if (role === undefined) noteInConversation(context, group, 'joined', member.account)
    else if (role !== member.role) noteInConversation(context, group, member.role === 'admin' ? 'madeAdmin' : 'madeMember', member.account)
  }
  if (now.isAddressPrivate !== before.isAddressPrivate) noteInConversation(context, group, now.isAddressPrivate ? 'addressesHidden' : 'addressesShown', own)
  for (const member of before.members) {
    if (rolesNow.has(textOf(member.account))) continue
    const left = now.departed.some((each) => equalBytes(each.account, member.account) && each.how === 'left')
    const isOwn = equalBytes(member.account, own)
    noteInConversation(context, group, left ? 'left' : isOwn ? 'youWereRemoved' : 'removed', member.account)
  }
}
