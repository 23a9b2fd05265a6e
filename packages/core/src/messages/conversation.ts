/** A group's conversation as it is stored: a history of records, and a row for the list of groups. */
import type { Roster } from '@sotto/membership'
import { type AccountId, type DeviceId, encode, equalBytes } from '@sotto/wire'
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
import { VANISHED_AWAY } from '../state/tables/vanishing.ts'
import { timeBelowAll } from './conversation-order.ts'
import { bringBack, remind } from './conversation-choices.ts'
import { countUnread, noteLast } from './conversation-row.ts'
import { keptUnder, startLife } from './lives.ts'
import { asKept } from './message-changes.ts'

/** The name of a conversation's history. Its records are `messageRecord`s. */
export const messageHistory = (group: string): string => `messages/${group}`

/** Saves a message, or its new state under the same id. Of one that was deleted, what may be kept. */
export function saveMessage(context: Context, group: string, message: { readonly id: string; readonly order: string; readonly record: MessageRecord }): void {
  if (isOut(message.record)) startLife(context, group, message.id)
  const record = asKept(context, group, message.id, message.record)
  if (record === undefined) return
  context.histories.push({
    history: messageHistory(group),
    id: message.id,
    order: message.order,
    value: encode(messageRecord, record),
    ...keptUnder(context, group, message.id),
  })
  const isText = record.body.kind === 'text'
  if (isOfBlocked(context, record)) return
  const isNew = !record.own && isText && record.passedOnBy === null
  if (isNew) {
    countUnread(context, group, record.body)
    bringBack(context, group)
  }
  noteLast(context, group, message.id, message.order, record)
  if (isText && (isNew || record.state === 'sending')) raise(context, group)
  else touch(context, group)
}

/** A message of ours was sent, or will not be: the time of one that vanishes begins. */
const isOut = ({ own, state }: MessageRecord): boolean => own && state !== 'sending' && state !== 'none'

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

/** Adds the line that messages last otherwise from here on. Who said so may have been taken back since. */
const noteLifetime = (context: Context, group: string, seconds: number): void =>
  addLine(context, group, selfOf(context).account, { name: '', another: 0 }, { kind: 'lifetime', seconds })

/** Adds the line that new members are passed on something else from here on. */
const noteHistory = (context: Context, group: string, { days, messages }: Roster['history']): void =>
  addLine(context, group, selfOf(context).account, { name: '', another: 0 }, { kind: 'history', days, messages })

/** One more message vanished before the person saw it: the line that says so, one for all since it last looked. */
export function countVanished(context: Context, group: string): void {
  const known = context.transaction.get(VANISHED_AWAY, group)
  const own = context.transaction.get(SELF, 'self')
  if (own === undefined) return
  const { count, ...line } = known ?? { count: 0, atMs: context.nowMs, ...placeOfLine(context, group, own.device) }
  context.transaction.put(VANISHED_AWAY, [group], { ...line, count: count + 1 })
  saveLine(context, group, line, own.account, { name: '', another: 0 }, { kind: 'vanished', count: count + 1 })
}

function addLine(context: Context, group: string, account: AccountId, called: MessageRecord['called'], body: MessageRecord['body']): void {
  const own = context.transaction.get(SELF, 'self')
  if (own === undefined) return
  saveLine(context, group, { ...placeOfLine(context, group, own.device), atMs: context.nowMs }, account, called, body)
}

interface LinePlace {
  readonly id: string
  readonly order: string
}

/** Below everything that is here. */
function placeOfLine(context: Context, group: string, device: DeviceId): LinePlace {
  const { timeMs, counter } = timeBelowAll(context, group)
  const number = sortable(nextNumber(context))
  return { id: `notice-${number}`, order: `${sortable(timeMs)}.${sortable(counter)}.${textOf(device).slice(0, 8)}.${number}` }
}

function saveLine(
  context: Context,
  group: string,
  { id, order, atMs }: LinePlace & { readonly atMs: number },
  account: AccountId,
  called: MessageRecord['called'],
  body: MessageRecord['body'],
): void {
  saveMessage(context, group, {
    id,
    order,
    record: {
      account,
      called,
      own: false,
      timeMs: atMs,
      lateMs: null,
      saidMs: atMs,
      state: 'none',
      resent: false,
      envelope: new Uint8Array(32) as MessageRecord['envelope'],
      sealed: null,
      passedOnBy: null,
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
  if (now.lifetimeSeconds !== before.lifetimeSeconds) noteLifetime(context, group, now.lifetimeSeconds)
  if (now.history.days !== before.history.days || now.history.messages !== before.history.messages) noteHistory(context, group, now.history)
  for (const member of before.members) {
    if (rolesNow.has(textOf(member.account))) continue
    const left = now.departed.some((each) => equalBytes(each.account, member.account) && each.how === 'left')
    const isOwn = equalBytes(member.account, own)
    noteInConversation(context, group, left ? 'left' : isOwn ? 'youWereRemoved' : 'removed', member.account)
  }
}
