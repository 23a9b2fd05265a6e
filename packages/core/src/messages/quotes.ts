/** The message that another answers, as it is here (PROTOCOL §8.29, §13.36): looked up by its id, whatever the answer's author may have seen. */
import { decode, fromBase64url, type MessageId } from '@sotto/wire'
import type { HistoryRecord } from '../contract/history.ts'
import type { QuoteView } from '../contract/message-view.ts'
import type { EngineReply } from '../contract/pages.ts'
import { no, ok } from '../contract/replies.ts'
import { isBlocked } from '../groups/blocked.ts'
import { groupRow, touch } from '../groups/group-row.ts'
import { personOf } from '../groups/names.ts'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { COMPOSER_REPLY, type ComposerReply, type MessageRecord, messageRecord } from '../state/tables/messages.ts'
import { READ, type NextWithTexts } from '../state/tables/self.ts'
import { beginningOf, namesOf } from './beginning.ts'
import { messageHistory } from './conversation.ts'
import { textWithNames } from './mentions.ts'
import { type TextNow, textNow, type Texts, withTexts } from './text-now.ts'
import { nextPageRead } from './page-reads.ts'

type Names = Parameters<typeof personOf>[0]

/** The messages that these answer, or report. */
export const quotedBy = (records: readonly MessageRecord[]): readonly string[] => [
  ...new Set(
    records.flatMap(({ body }) => {
      if (body.kind === 'reported') return [textOf(body.message)]
      return body.kind === 'text' && body.replyTo !== null ? [textOf(body.replyTo)] : []
    }),
  ),
]

type Quotation = Omit<ComposerReply, 'message'>

/** How a message is quoted, with its text as it is now; undefined: it is none that can be. */
export function quotationOf(context: Names, { account, own, timeMs }: MessageRecord, now: TextNow | undefined): Quotation | 'deleted' | undefined {
  return now?.kind === 'text' ? { account, own, atMs: timeMs, text: quotedText(context, now) } : now?.kind
}

/** As much of a text as a quotation shows. */
export const quotedText = (context: Names, { text, mentions, files }: Extract<TextNow, { readonly kind: 'text' }>): string =>
  text === '' ? namesOf(files) : beginningOf(textWithNames(context, text, mentions))

/** What a page shows of it: of a blocked person's nothing, as if it were not here. */
export function quoteView(context: Names, message: string, quotation: Quotation | 'deleted' | 'vanished' | undefined): QuoteView {
  if (quotation === undefined || quotation === 'deleted' || quotation === 'vanished') return { message, said: null, gone: quotation ?? null }
  const { account, own, atMs, text } = quotation
  if (!own && isBlocked(context, account)) return { message, said: null, gone: null }
  const { name, another } = personOf(context, account)
  return { message, said: { senderName: name, senderAnother: another, own, text, atMs }, gone: null }
}

/** The message that the next one of a group answers; undefined: none. */
export const composerReplyOf = (context: Pick<Context, 'transaction'>, group: string): ComposerReply | undefined =>
  context.transaction.get(COMPOSER_REPLY, group)

/** A person chose a message to answer, or none. The message is read first: `answerReplyTo` answers the request. */
export function chooseReplyTo(context: Context, request: string, group: string, message: string | null): EngineReply | undefined {
  if (groupRow(context, group) === undefined) return no('unknownGroup')
  if (message === null) {
    forgetReplyTo(context, group)
    return ok()
  }
  if (messageIdFrom(message) === undefined) return no('unknownMessage')
  const read = nextPageRead(context)
  context.transaction.put(READ, [read], { kind: 'replyTo', request, group })
  context.effects.push({ kind: 'readHistory', read, query: { kind: 'byId', history: messageHistory(group), ids: [message] } })
  return undefined
}

/** The message has been read: so is its text. */
export function replyToRead(context: Context, group: string, request: string, records: readonly HistoryRecord[]): void {
  withTexts(context, group, records, { kind: 'replyTo', request, records }, answerReplyTo)
}

export function answerReplyTo(context: Context, group: string, { request, records }: Extract<NextWithTexts, { readonly kind: 'replyTo' }>, texts: Texts): void {
  const [found] = records
  const record = found === undefined ? undefined : decode(messageRecord, found.value)
  const quotation = found === undefined || record === undefined ? undefined : quotationOf(context, record, textNow(context, group, found.id, record, texts))
  const message = messageIdFrom(found?.id ?? '')
  const isHere = quotation !== undefined && quotation !== 'deleted' && message !== undefined && groupRow(context, group) !== undefined
  if (isHere) {
    context.transaction.put(COMPOSER_REPLY, [group], { message, ...quotation })
    touch(context, group)
  }
  context.effects.push({ kind: 'reply', request, reply: isHere ? ok() : no('unknownMessage') })
}

export function forgetReplyTo(context: Context, group: string): void {
  if (composerReplyOf(context, group) === undefined) return
  context.transaction.delete(COMPOSER_REPLY, group)
  touch(context, group)
}

/** The id of a message as pages name it; undefined: it is none. */
export function messageIdFrom(name: string): MessageId | undefined {
  const id = fromBase64url(name)
  return id?.length === 32 ? (id as MessageId) : undefined
}
