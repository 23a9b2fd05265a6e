/** What a person does with a message that is here: edits it, deletes it for everyone or on this device (PROTOCOL §8.30–8.33). */
import { decode, equalBytes, LIMITS, utf8 } from '@sotto/wire'
import type { HistoryRecord } from '../contract/history.ts'
import type { EngineReply } from '../contract/pages.ts'
import { type MachineRequest, no, ok } from '../contract/replies.ts'
import { groupRow, touch } from '../groups/group-row.ts'
import { selfOf } from '../identity/profile.ts'
import type { Context } from '../state/context.ts'
import { nextNumber } from '../state/local-numbers.ts'
import { textOf } from '../state/names.ts'
import { COMPOSER_EDIT, type ComposerEdit } from '../state/tables/message-changes.ts'
import { type MessageRecord, messageRecord } from '../state/tables/messages.ts'
import { type MessageAct, READ, type NextWithTexts } from '../state/tables/self.ts'
import { messageHistory } from './conversation.ts'
import { eraseHere, withdrawPending } from './erase.ts'
import { lifeOf } from './lives.ts'
import { areSameMentions, readMentions, validMentions, withPlaces } from './mentions.ts'
import { nextEdit } from './message-changes.ts'
import { intend, lasting } from './pending-messages.ts'
import { messageIdFrom } from './quotes.ts'
import { textNow, type Texts, withTexts } from './text-now.ts'
import { endHidden } from './vanish.ts'
import { wrongText } from './wrong-text.ts'

type Asked = Extract<MachineRequest, { readonly kind: 'editMessage' | 'deleteMessage' | 'setEditing' | 'keepEdit' }>

/** Answers at once what is refused whatever the message is. Otherwise the message is read, and `actWithTexts` answers. */
export function changeMessage(context: Context, request: string, what: Asked): EngineReply | undefined {
  const { group } = what
  if (groupRow(context, group) === undefined) return no('unknownGroup')
  if (what.kind === 'keepEdit') return keepEdit(context, what)
  if (what.kind === 'setEditing' && what.message === null) {
    forgetEdit(context, group)
    return ok()
  }
  const act = actOf(what)
  if ('ok' in act) return act
  const isForOthers = what.kind !== 'deleteMessage' || what.forAll
  if (isForOthers && groupRow(context, group)?.state !== 'member') return no('notMember')
  const message = what.message ?? ''
  if (messageIdFrom(message) === undefined) return no('unknownMessage')
  const read = String(nextNumber(context))
  context.transaction.put(READ, [read], { kind: 'act', request, group, act })
  context.effects.push({ kind: 'readHistory', read, query: { kind: 'byId', history: messageHistory(group), ids: [message] } })
  return undefined
}

function actOf(what: Exclude<Asked, { readonly kind: 'keepEdit' }>): MessageAct | EngineReply {
  if (what.kind === 'setEditing') return { kind: 'begin' }
  if (what.kind === 'deleteMessage') return { kind: what.forAll ? 'deleteForAll' : 'deleteHere' }
  const wrong = wrongText(what.text)
  if (wrong !== null) return wrong
  const mentions = readMentions(what.mentions)
  return mentions === undefined ? no('badRequest') : { kind: 'edit', text: what.text, mentions: validMentions(what.text, mentions) }
}

/** The message has been read: so are the texts of its edits. */
export function actRead(
  context: Context,
  group: string,
  { request, act }: { readonly request: string; readonly act: MessageAct },
  records: readonly HistoryRecord[],
): void {
  withTexts(context, group, records, { kind: 'act', request, act, records }, actWithTexts)
}

export function actWithTexts(context: Context, group: string, { request, act, records }: Extract<NextWithTexts, { readonly kind: 'act' }>, texts: Texts): void {
  context.effects.push({ kind: 'reply', request, reply: done(context, group, act, records[0], texts) })
}

function done(context: Context, group: string, act: MessageAct, found: HistoryRecord | undefined, texts: Texts): EngineReply {
  const record = found === undefined ? undefined : decode(messageRecord, found.value)
  const now = found === undefined || record === undefined ? undefined : textNow(context, group, found.id, record, texts)
  const message = messageIdFrom(found?.id ?? '')
  const row = groupRow(context, group)
  if (found === undefined || record === undefined || now === undefined || message === undefined || row === undefined) return no('unknownMessage')
  if (act.kind === 'deleteHere') {
    eraseHere(context, group, found.id)
    endHidden(context, group, found.id)
    return ok()
  }
  if (row.state !== 'member') return no('notMember')
  if (!equalBytes(record.account, selfOf(context).account)) return no('notAllowed')
  if (now.kind === 'deleted') return no('unknownMessage')
  switch (act.kind) {
    case 'deleteForAll':
      if (!withdrawPending(context, group, found.id)) intend(context, group, { kind: 'deletion', message })
      return ok()
    case 'begin':
      if (!mayEdit(context, record)) return no('editTooLate')
      context.transaction.put(COMPOSER_EDIT, [group], { message, text: now.text, mentions: [...now.mentions] })
      touch(context, group)
      return ok()
    case 'edit':
      if (!mayEdit(context, record)) return no('editTooLate')
      if (act.text !== now.text || !areSameMentions(act.mentions, now.mentions))
        intend(
          context,
          group,
          lasting(
            context,
            { kind: 'edit', message, revision: nextEdit(context, group, found.id), text: act.text, mentions: [...act.mentions] },
            lifeOf(context, group, found.id)?.seconds ?? 0,
          ),
        )
      forgetEdit(context, group)
      return ok()
  }
}

/** An edit that the others would not count is not sent. */
const mayEdit = (context: Context, { saidMs }: MessageRecord): boolean => context.nowMs <= saidMs + LIMITS.editMs

function keepEdit(context: Context, { group, message, text, ...what }: Extract<Asked, { readonly kind: 'keepEdit' }>): EngineReply {
  const editing = context.transaction.get(COMPOSER_EDIT, group)
  const length = utf8(text).length
  if (length > LIMITS.draftBytes) return no('draftTooLong', { length, limit: LIMITS.draftBytes })
  const mentions = readMentions(what.mentions)
  if (mentions === undefined) return no('badRequest')
  if (editing !== undefined && textOf(editing.message) === message)
    context.transaction.put(COMPOSER_EDIT, [group], { ...editing, text, mentions: [...withPlaces(mentions)] })
  return ok()
}

/** The message that is edited in a group's composer; undefined: none. */
export const editingOf = ({ transaction }: Pick<Context, 'transaction'>, group: string): ComposerEdit | undefined => transaction.get(COMPOSER_EDIT, group)

function forgetEdit(context: Context, group: string): void {
  if (context.transaction.get(COMPOSER_EDIT, group) === undefined) return
  context.transaction.delete(COMPOSER_EDIT, group)
  touch(context, group)
}
