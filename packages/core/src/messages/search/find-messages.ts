/**
 * Answers a search in three reads (PROTOCOL §9.16): pages of the index that can have the words, pages that name the messages, and the messages themselves.
 * A message is shown only if its text of now has every word.
 */
import { DOCS_IN_PAGE, type Doc, findAmong, findIn, mayHave, pagesFor, type Query, queryOf, readDocPage, readLog, snippetOf } from '@sotto/search'
import { decode, toBase64url } from '@sotto/wire'
import type { FoundConversation, FoundMessage } from '../../contract/found-view.ts'
import type { HistoryQuery, HistoryRecord } from '../../contract/history.ts'
import type { EngineReply } from '../../contract/pages.ts'
import { type MachineRequest, no, ok } from '../../contract/replies.ts'
import { isAnyBlocked, isBlocked } from '../../groups/blocked.ts'
import { groupRow } from '../../groups/group-row.ts'
import { personOf } from '../../groups/names.ts'
import type { Context } from '../../state/context.ts'
import { textOf } from '../../state/names.ts'
import { CONVERSATION, type MessageRecord, messageRecord } from '../../state/tables/messages.ts'
import { type FoundGroup, READ, type ReadPurpose, type SearchAsked } from '../../state/tables/self.ts'
import { messageHistory } from '../conversation.ts'
import { lifeOf } from '../lives.ts'
import { editHistory, editId, editsOf } from '../message-changes.ts'
import { textNow, type Texts, textsOf } from '../text-now.ts'
import { blocksOf, byId, type NamedBlock, openRecord, recordId, type Records, SEARCH_HISTORY } from './blocks.ts'
import { dueOf, isSearchOff, vanishingDocsOf } from './due.ts'
import { percentIndexed, rebuild } from './index-more.ts'
import { nextPageRead } from '../page-reads.ts'

/** Of each conversation where all are searched: the rest is shown on demand. */
const MESSAGES_EACH = 3
/** So many are read where people are blocked, whose texts are not shown: the index does not know who wrote what. A guess. */
const READ_EACH = 30
const CONVERSATIONS_IN_ANSWER = 20
/** Where one conversation is searched. */
const MESSAGES_IN_ANSWER = 30

export function search(context: Context, request: string, what: Extract<MachineRequest, { readonly kind: 'search' }>): EngineReply | undefined {
  const { group } = what
  if (isSearchOff(context)) return no('searchOff')
  if (group !== null && groupRow(context, group) === undefined) return no('unknownGroup')
  const asked: SearchAsked = { request, query: queryOf(what.text), group, from: Math.max(0, Math.min(2 ** 31, Math.trunc(what.from))) }
  const groups = group === null ? context.transaction.scan(CONVERSATION).map(({ key }) => key[0] ?? '') : [group]
  const wanted = groups.map((each) => ({ group: each, blocks: blocksOf(context, each) }))
  if (asked.query.length === 0) answer(context, asked, [], false)
  else {
    const ids = wanted.flatMap((each) => each.blocks.flatMap((block) => recordsFor(each.group, block, asked.query)))
    readOr(context, { kind: 'searchPages', ...asked, wanted }, { kind: 'byId', history: SEARCH_HISTORY, ids }, ids.length)
  }
  return undefined
}

type SearchRead = Extract<ReadPurpose, { readonly kind: 'searchPages' | 'searchDocs' | 'searchTexts' | 'searchEdits' }>

/** Where nothing is to be read, the answer goes on at once. */
function readOr(context: Context, purpose: SearchRead, query: HistoryQuery, count: number): void {
  if (count === 0) return searchRead(context, purpose, [])
  const read = nextPageRead(context)
  context.transaction.put(READ, [read], purpose)
  context.effects.push({ kind: 'readHistory', read, query })
}

const recordsFor = (group: string, { name, block: { shape } }: NamedBlock, query: Query): readonly string[] =>
  shape.kind === 'log' ? [recordId(group, name, 'log')] : [...pagesFor(shape.firsts, query)].map((page) => recordId(group, name, 'terms', page))

export function searchRead(context: Context, purpose: SearchRead, records: readonly HistoryRecord[]): void {
  switch (purpose.kind) {
    case 'searchPages':
      return pagesRead(context, purpose, byId(records))
    case 'searchDocs':
      return docsRead(context, purpose, byId(records))
    case 'searchTexts':
      return messagesRead(context, purpose, records)
    case 'searchEdits':
      return editsRead(context, purpose, textsOf(records))
  }
}

const docPage = (doc: number): number => Math.floor(doc / DOCS_IN_PAGE)

function pagesRead(context: Context, purpose: Extract<SearchRead, { readonly kind: 'searchPages' }>, records: Records): void {
  const { query } = purpose
  const most = purpose.group === null ? mostRead(context) : purpose.from + MESSAGES_IN_ANSWER + 1
  const found: FoundGroup[] = []
  for (const { group, blocks } of purpose.wanted) {
    if (groupRow(context, group) === undefined) continue
    const docs: Doc[] = [...findAmong([...dueOf(context, group).docs, ...vanishingDocsOf(context, group)], query)]
    const numbered: { readonly named: NamedBlock; readonly numbers: readonly number[] }[] = []
    let isDamaged = false
    for (const named of blocks) {
      const log = named.block.shape.kind === 'log' ? logIn(context, group, named, query, records) : null
      const numbers = log === null ? numbersIn(context, group, named, query, records) : []
      if (log === undefined || numbers === undefined) isDamaged = true
      else if (log !== null) docs.push(...findAmong(log, query))
      else if (numbers.length > 0) numbered.push({ named, numbers })
    }
    if (isDamaged) damaged(context, group, purpose.wanted.find((each) => each.group === group)?.blocks ?? [])
    const count = docs.length + numbered.reduce((sum, { numbers }) => sum + numbers.length, 0)
    if (count > 0) found.push({ group, count, docs, numbered: newestOf(numbered, most) })
  }
  const ids = found.flatMap(({ group, numbered }) =>
    numbered.flatMap(({ named, numbers }) => [...new Set(numbers.map(docPage))].map((page) => recordId(group, named.name, 'docs', page))),
  )
  const { request, group, from } = purpose
  readOr(context, { kind: 'searchDocs', request, query, group, from, found }, { kind: 'byId', history: SEARCH_HISTORY, ids }, ids.length)
}

/** The blocks may have been replaced while their pages were read: only one that is still there can be damaged. */
function damaged(context: Context, group: string, blocks: readonly NamedBlock[]): void {
  const now = new Set(blocksOf(context, group).map(({ name }) => name))
  if (blocks.every(({ name }) => now.has(name))) rebuild(context, group)
}

function logIn(context: Context, group: string, named: NamedBlock, query: Query, records: Records) {
  const bytes = openRecord(context, group, named, 'log', 0, records)
  if (bytes === undefined) return undefined
  return mayHave(bytes, query) ? readLog(bytes) : []
}

function numbersIn(context: Context, group: string, named: NamedBlock, query: Query, records: Records): readonly number[] | undefined {
  const { docs, shape } = named.block
  if (shape.kind === 'log') return []
  const pages = new Map<number, Uint8Array>()
  for (const page of pagesFor(shape.firsts, query)) {
    const bytes = openRecord(context, group, named, 'terms', page, records)
    if (bytes === undefined) return undefined
    pages.set(page, bytes)
  }
  return findIn({ docs, firsts: shape.firsts, pages }, query)
}

/** As many numbers of each block as can be among the newest, so that few pages of messages are read. */
function newestOf(numbered: FoundGroup['numbered'], most: number): FoundGroup['numbered'] {
  const kept: { readonly named: NamedBlock; readonly numbers: readonly number[] }[] = []
  for (const { named, numbers } of numbered.toSorted((a, b) => b.named.block.newestMs - a.named.block.newestMs)) {
    const newer = kept.reduce((sum, other) => (other.named.block.oldestMs > named.block.newestMs ? sum + other.numbers.length : sum), 0)
    if (newer < most) kept.push({ named, numbers: numbers.slice(0, most) })
  }
  return kept
}

function docsRead(context: Context, purpose: Extract<SearchRead, { readonly kind: 'searchDocs' }>, records: Records): void {
  const { request, query, group: only, from } = purpose
  const chosen = purpose.found.map(({ group, count, docs, numbered }) => {
    const found = new Map(docs.map((doc) => [toBase64url(doc.id), doc.timeMs]))
    for (const { named, numbers } of numbered) {
      const pages = new Map<number, readonly Doc[]>()
      for (const number of numbers) {
        const page = docPage(number)
        const read = pages.get(page) ?? docsOn(context, group, named, page, records)
        pages.set(page, read)
        const doc = read[number % DOCS_IN_PAGE]
        if (doc !== undefined) found.set(toBase64url(doc.id), doc.timeMs)
      }
    }
    const messages = [...found].toSorted(([, a], [, b]) => b - a)
    return { group, count, newestMs: messages[0]?.[1] ?? 0, messages: messages.map(([message]) => message) }
  })
  const inOrder = chosen.toSorted((a, b) => b.newestMs - a.newestMs)
  const shown =
    only === null
      ? inOrder.slice(from, from + CONVERSATIONS_IN_ANSWER).map((each) => ({ ...each, messages: each.messages.slice(0, mostRead(context)) }))
      : inOrder.map((each) => ({ ...each, messages: each.messages.slice(from, from + MESSAGES_IN_ANSWER) }))
  const more = only === null ? inOrder.length > from + CONVERSATIONS_IN_ANSWER : inOrder.some(({ messages }) => messages.length > from + MESSAGES_IN_ANSWER)
  const named = shown.flatMap(({ group, messages }) => messages.map((id) => ({ history: messageHistory(group), id })))
  const next = { kind: 'searchTexts', request, query, group: only, from, shown, more } as const
  readOr(context, next, { kind: 'across', records: named }, named.length)
}

function docsOn(context: Context, group: string, named: NamedBlock, page: number, records: Records): readonly Doc[] {
  const bytes = openRecord(context, group, named, 'docs', page, records)
  const docs = bytes === undefined ? undefined : readDocPage(bytes)
  if (docs === undefined) damaged(context, group, [named])
  return docs ?? []
}

const mostRead = (context: Context): number => (isAnyBlocked(context) ? READ_EACH : MESSAGES_EACH)

/** The messages have been read: so are the edits that say what those of them say now. */
function messagesRead(context: Context, purpose: Extract<SearchRead, { readonly kind: 'searchTexts' }>, records: readonly HistoryRecord[]): void {
  const read = new Map(records.map((record) => [record.id, record]))
  const edits = purpose.shown.flatMap(({ group, messages }) =>
    messages.flatMap((message) => {
      const record = decode(messageRecord, read.get(message)?.value ?? new Uint8Array())
      if (record === undefined) return []
      return editsOf(context, group, message, record)
        .slice(-1)
        .map((edit) => ({ history: editHistory(group), id: editId(message, textOf(record.account), edit) }))
    }),
  )
  readOr(context, { ...purpose, kind: 'searchEdits', records }, { kind: 'across', records: edits }, edits.length)
}

function editsRead(context: Context, purpose: Extract<SearchRead, { readonly kind: 'searchEdits' }>, texts: Texts): void {
  const read = new Map(purpose.records.map((record) => [record.id, record]))
  const conversations = purpose.shown.flatMap(({ group, count, messages }) => {
    const readable = messages.flatMap((message) => textIn(context, group, read.get(message), texts) ?? [])
    const heard = readable.filter(({ record }) => record.own || !isBlocked(context, record.account))
    const found = heard.flatMap((each) => foundMessage(context, group, purpose.query, each) ?? []).toSorted((a, b) => (a.order < b.order ? 1 : -1))
    if (found.length === 0 || groupRow(context, group) === undefined) return []
    const most = purpose.group === null ? MESSAGES_EACH : found.length
    return [{ group, count: Math.max(count - (readable.length - heard.length), found.length), messages: found.slice(0, most) }]
  })
  answer(context, purpose, conversations, purpose.more)
}

interface ReadText {
  readonly id: string
  readonly order: string
  readonly record: MessageRecord
  readonly text: string
}

/** What a message says now; undefined: nothing. */
function textIn(context: Context, group: string, read: HistoryRecord | undefined, texts: Texts): ReadText | undefined {
  const record = read === undefined ? undefined : decode(messageRecord, read.value)
  const now = read === undefined || record === undefined ? undefined : textNow(context, group, read.id, record, texts)
  if (read === undefined || record === undefined || now?.kind !== 'text') return undefined
  return { id: read.id, order: read.order, record, text: now.text }
}

function foundMessage(context: Context, group: string, query: Query, { id, order, record, text }: ReadText): FoundMessage | undefined {
  const snippet = snippetOf(text, query)
  if (snippet === undefined) return undefined
  const person = personOf(context, record.account)
  const vanishes = lifeOf(context, group, id) !== undefined
  return { message: id, order, senderName: person.name, senderAnother: person.another, own: record.own, atMs: record.timeMs, vanishes, ...snippet }
}

function answer(context: Context, { request }: Pick<SearchAsked, 'request'>, conversations: readonly FoundConversation[], more: boolean): void {
  const found = { conversations, more, isWhole: percentIndexed(context) === null }
  context.effects.push({ kind: 'reply', request, reply: ok({ found }) })
}
