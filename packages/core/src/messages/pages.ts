/** Pages of a conversation, read from its history. */
import { decode, equalBytes, LIMITS, nearestLifetime } from '@sotto/wire'
import type { HistoryRecord } from '../contract/history.ts'
import type { MessageView, QuoteView } from '../contract/message-view.ts'
import type { EngineReply } from '../contract/pages.ts'
import { type MachineRequest, no, ok } from '../contract/replies.ts'
import { fileViews } from '../files/file-view.ts'
import { groupRow } from '../groups/group-row.ts'
import { isJoining } from '../groups/is-joining.ts'
import { ownNameOf, personOf } from '../groups/names.ts'
import { selfOf } from '../identity/profile.ts'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { type MessageRecord, messageRecord } from '../state/tables/messages.ts'
import { READ, type NextWithTexts } from '../state/tables/self.ts'
import { besideOf } from './contents/contents.ts'
import { isOfBlocked, messageHistory } from './conversation.ts'
import { endsAtMs } from './life-clock.ts'
import { hasVanished, lifeOf } from './lives.ts'
import { mentionViews } from './mentions.ts'
import { quotationOf, quotedBy, quoteView } from './quotes.ts'
import { reportedHere } from './reports.ts'
import { type TextNow, textNow, type Texts, withTexts } from './text-now.ts'
import { nextPageRead } from './page-reads.ts'
import { waitsFor } from './waits-for.ts'

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

/** Answers a request with a page of messages, once those that they answer have been read too, and their texts. */
export function answerPage(context: Context, { request, group, limit, direction }: Asked, records: readonly HistoryRecord[]): void {
  const here = new Set(records.map(({ id }) => id))
  const ids = quotedBy(records.slice(0, limit).flatMap(({ value }) => decode(messageRecord, value) ?? [])).filter((id) => !here.has(id))
  if (ids.length === 0) return quotedRead(context, { request, group, limit, direction, records }, [])
  const read = nextPageRead(context)
  context.transaction.put(READ, [read], { kind: 'quotes', request, group, limit, direction, records })
  context.effects.push({ kind: 'readHistory', read, query: { kind: 'byId', history: messageHistory(group), ids } })
}

/** The messages that those of a page answer have been read. */
export function quotedRead(
  context: Context,
  { request, group, limit, direction, records }: Asked & { readonly records: readonly HistoryRecord[] },
  quoted: readonly HistoryRecord[],
): void {
  withTexts(context, group, [...records, ...quoted], { kind: 'page', request, limit, direction, records, quoted }, pageWithTexts)
}

/** The history returns the newest first if it goes back, the answer has the oldest first. */
export function pageWithTexts(
  context: Context,
  group: string,
  { request, limit, direction, records, quoted }: Extract<NextWithTexts, { readonly kind: 'page' }>,
  texts: Texts,
): void {
  const byId = new Map([...records, ...quoted].map(({ id, value }) => [id, value]))
  const inHistory = (id: string): Found => {
    const record = decode(messageRecord, byId.get(id) ?? new Uint8Array())
    return { record, now: record === undefined ? undefined : textNow(context, group, id, record, texts) }
  }
  const page = records.slice(0, limit)
  const messages = (direction === 'older' ? page.toReversed() : page).flatMap((each) => {
    const record = decode(messageRecord, each.value)
    if (record === undefined || isOfBlocked(context, record)) return []
    const body = bodyOf(context, group, each.id, record, inHistory)
    return body === undefined ? [] : [viewOf(context, group, each, record, body)]
  })
  context.effects.push({ kind: 'reply', request, reply: ok({ messages, more: records.length > limit }) })
}

/** A message that a page shows or names. `now` is undefined where it is not here any more. */
interface Found {
  readonly record: MessageRecord | undefined
  readonly now: TextNow | undefined
}

function quoteIn(context: Context, group: string, id: string, inHistory: (id: string) => Found): QuoteView {
  const { record, now } = inHistory(id)
  const lost = hasVanished(context, group, id) ? 'vanished' : undefined
  return quoteView(context, id, record === undefined ? lost : quotationOf(context, record, now))
}

function reportView(context: Context, body: Extract<MessageRecord['body'], { readonly kind: 'reported' }>, { record, now }: Found): MessageView['body'] {
  const { kind, author, text, words } = body
  return { kind, author: personOf(context, author), text, words, here: reportedHere(body, record, now) }
}

/** undefined: the person deleted it. */
function bodyOf(context: Context, group: string, id: string, record: MessageRecord, inHistory: (id: string) => Found): MessageView['body'] | undefined {
  const { body } = record
  switch (body.kind) {
    case 'notice':
      return { kind: 'notice', notice: body.notice }
    case 'contentsDiffer':
      return { kind: 'contentsDiffer', by: personOf(context, body.by) }
    case 'reported':
      return reportView(context, body, inHistory(textOf(body.message)))
    case 'renamed':
    case 'titled':
    case 'lifetime':
    case 'history':
    case 'vanished':
      return body
    case 'deleted':
    case 'text':
  }
  const { now } = inHistory(id)
  if (now?.kind !== 'text' || body.kind !== 'text') return now?.kind === 'deleted' ? now : undefined
  const { replyTo, forwarded } = body
  return {
    ...now,
    mentions: mentionViews(context, now.mentions),
    files: fileViews(context, group, id, now.files),
    replyTo: replyTo === null ? null : quoteIn(context, group, textOf(replyTo), inHistory),
    forwarded,
  }
}

function viewOf(context: Context, group: string, { id, order }: HistoryRecord, record: MessageRecord, body: MessageView['body']): MessageView {
  const { account, called, own, timeMs, lateMs, saidMs, state, resent, passedOnBy } = record
  const person = personOf(context, account)
  // A message stays under the name under which it was said.
  const isFormer = body.kind === 'renamed' || (called.name !== '' && called.name !== ownNameOf(context, textOf(account)))
  return {
    id,
    order,
    account: textOf(account),
    senderName: person.name,
    senderAnother: person.another,
    senderFormer: isFormer ? called : null,
    own,
    atMs: timeMs,
    lateMs,
    body,
    editableUntilMs: body.kind === 'text' && equalBytes(account, selfOf(context).account) ? saidMs + LIMITS.editMs : null,
    lifetime: lifetimeView(context, group, id),
    waitsFor: waitsFor(context, group, record),
    passedOnBy: passedOnBy === null ? null : personOf(context, passedOnBy),
    state: state === 'none' || body.kind === 'deleted' ? null : state,
    resent,
    ...besideOf(context, group, id),
    ...(body.kind === 'deleted' ? { reactions: [] } : {}),
  }
}

function lifetimeView(context: Context, group: string, id: string): MessageView['lifetime'] {
  const life = lifeOf(context, group, id)
  if (life?.isHere !== true) return null
  return { seconds: nearestLifetime(life.seconds), endsMs: life.isStarted ? endsAtMs(context, life) : null }
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
