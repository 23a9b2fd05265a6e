/** Pages of a conversation, read from its history. */
import { decode } from '@sotto/wire'
import type { HistoryRecord } from '../contract/history.ts'
import type { MessageView } from '../contract/message-view.ts'
import type { EngineReply } from '../contract/pages.ts'
import { type MachineRequest, no, ok } from '../contract/replies.ts'
import { isBlocked } from '../groups/blocked.ts'
import { groupRow } from '../groups/group-row.ts'
import { isJoining } from '../groups/is-joining.ts'
import { ownNameOf, personOf } from '../groups/names.ts'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { type MessageRecord, messageRecord } from '../state/tables/messages.ts'
import { READ } from '../state/tables/self.ts'
import { besideOf } from './contents/contents.ts'
import { messageHistory } from './conversation.ts'
import { mentionViews } from './mentions.ts'
import { quotationOf, quotedBy, quoteView } from './quotes.ts'
import { nextPageRead } from './page-reads.ts'

/** Pages hold at most this many messages. */
const PAGE_LIMIT = 200

export function readMessages(context: Context, request: string, what: Extract<MachineRequest, { readonly kind: 'readMessages' }>): EngineReply | undefined {
  if (groupRow(context, what.group) === undefined) {
    return !isJoining(context, what.group) ? no('unknownGroup') : ok({ messages: [], more: false })
  }
  const limit = Math.max(1, Math.min(PAGE_LIMIT, Math.trunc(what.limit)))
  const read = nextPageRead(context)
  const after = what.after ?? null
  const direction = after === null ? 'older' : 'newer'
  context.transaction.put(READ, [read], { kind: 'page', request, group: what.group, limit, direction })
  context.effects.push({
    kind: 'readHistory',
    read,
    query: { kind: 'page', history: messageHistory(what.group), beyond: after ?? what.before, direction, limit: limit + 1 },
  })
  return undefined
}

interface Asked {
  readonly request: string
  readonly group: string
  readonly limit: number
  readonly direction: 'older' | 'newer'
}

/** Answers a request with a page of messages, once those that they answer have been read too. */
export function answerPage(context: Context, { request, group, limit, direction }: Asked, records: readonly HistoryRecord[]): void {
  const here = new Set(records.map(({ id }) => id))
  const ids = quotedBy(records.slice(0, limit).flatMap(({ value }) => decode(messageRecord, value) ?? [])).filter((id) => !here.has(id))
  if (ids.length === 0) return answerPageWith(context, { request, group, limit, direction }, records, [])
  const read = nextPageRead(context)
  context.transaction.put(READ, [read], { kind: 'quotes', request, group, limit, direction, records })
  context.effects.push({ kind: 'readHistory', read, query: { kind: 'byId', history: messageHistory(group), ids } })
}

/** The history returns the newest first if it goes back, the answer has the oldest first. */
export function answerPageWith(
  context: Context,
  { request, group, limit, direction }: Asked,
  records: readonly HistoryRecord[],
  quoted: readonly HistoryRecord[],
): void {
  const byId = new Map([...records, ...quoted].map(({ id, value }) => [id, value]))
  const quote = (id: string) => {
    const record = decode(messageRecord, byId.get(id) ?? new Uint8Array())
    return quoteView(context, id, record === undefined ? undefined : quotationOf(context, record))
  }
  const bodyOf = (body: MessageRecord['body']): MessageView['body'] => {
    if (body.kind === 'text') {
      const { text, mentions, replyTo, forwarded } = body
      return { kind: 'text', text, mentions: mentionViews(context, mentions), replyTo: replyTo === null ? null : quote(textOf(replyTo)), forwarded }
    }
    if (body.kind === 'contentsDiffer') return { kind: 'contentsDiffer', by: personOf(context, body.by) }
    return body.kind === 'notice' ? { kind: 'notice', notice: body.notice } : body
  }
  const page = records.slice(0, limit)
  const messages = (direction === 'older' ? page.toReversed() : page).flatMap((each) => {
    const record = decode(messageRecord, each.value)
    if (record === undefined) return []
    const { account, called, own, timeMs, lateMs, state, resent, body } = record
    if (!own && body.kind === 'text' && isBlocked(context, account)) return []
    const person = personOf(context, account)
    // A message stays under the name under which it was said.
    const isFormer = body.kind === 'renamed' || (called.name !== '' && called.name !== ownNameOf(context, textOf(account)))
    return [
      {
        id: each.id,
        order: each.order,
        account: textOf(account),
        senderName: person.name,
        senderAnother: person.another,
        senderFormer: isFormer ? called : null,
        own,
        atMs: timeMs,
        lateMs,
        body: bodyOf(body),
        state: state === 'none' ? null : state,
        resent,
        ...besideOf(context, group, each.id),
      },
    ]
  })
  context.effects.push({ kind: 'reply', request, reply: ok({ messages, more: records.length > limit }) })
}

/** Reads a message to tell its sort key. `answerFound` answers the request. */
export function findMessage(
  context: Context,
  request: string,
  { group, message }: Extract<MachineRequest, { readonly kind: 'findMessage' }>,
): EngineReply | undefined {
  if (groupRow(context, group) === undefined) return no('unknownGroup')
  const read = nextPageRead(context)
  context.transaction.put(READ, [read], { kind: 'find', request, group })
  context.effects.push({ kind: 'readHistory', read, query: { kind: 'byId', history: messageHistory(group), ids: [message] } })
  return undefined
}

export const answerFound = (context: Context, request: string, [found]: readonly HistoryRecord[]): void =>
  void context.effects.push({ kind: 'reply', request, reply: found === undefined ? no('unknownMessage') : ok({ order: found.order }) })
