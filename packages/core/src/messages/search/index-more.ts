/**
 * The work of the index that nobody waits for (PROTOCOL §9.18), in small steps: what an earlier run had not indexed, logs that become a segment, words
 * that a message has no more, and messages from before there was an index.
 */
import { DOCS_IN_LOG, type IndexedDoc } from '@sotto/search'
import { decode, LIMITS, toBase64url } from '@sotto/wire'
import type { HistoryQuery, HistoryRecord } from '../../contract/history.ts'
import { groupRow } from '../../groups/group-row.ts'
import type { Context } from '../../state/context.ts'
import { nextNumber } from '../../state/local-numbers.ts'
import { sortable } from '../../state/table.ts'
import { CONVERSATION, messageRecord, PLACE } from '../../state/tables/messages.ts'
import { SEARCH_BLOCK, SEARCH_PROGRESS, SEARCH_CHANGED, SEARCH_TAIL, SEARCH_WORK, type SearchChanged } from '../../state/tables/search.ts'
import { VANISHING } from '../../state/tables/vanishing.ts'
import { type NextWithTexts, READ, type ReadPurpose } from '../../state/tables/self.ts'
import { conversationOf } from '../conversation-row.ts'
import { messageHistory } from '../conversation.ts'
import { changersOf } from '../message-changes.ts'
import { textNow, type Texts, withTexts } from '../text-now.ts'
import { blocksOf, byId, deleteBlock, docsIn, type NamedBlock, progressOf, recordsOf, SEARCH_HISTORY, writeBlock } from './blocks.ts'
import { addDue, docOf, dueOf, indexAllAgain, indexChanged, isSearchOff, LOGS_IN_SEGMENT, logsOf, readVanishing, withoutVanishing } from './due.ts'

export type IndexRead = Extract<ReadPurpose, { readonly kind: 'searchTail' | 'searchChanged' | 'searchOlder' | 'searchBlocks' }>

/** After a start: finds the conversations that have work to do. */
export function startSearch(context: Context): void {
  if (isSearchOff(context)) return
  for (const { key, value } of context.transaction.scan(CONVERSATION)) {
    const [group = ''] = key
    const { indexed, older } = progressOf(context, group)
    const tail = value.placed - indexed
    if (tail > LIMITS.placedMessages) indexAllAgain(context, group)
    else if (tail > 0) context.transaction.put(SEARCH_TAIL, [group], { from: indexed, below: value.placed })
    for (const {
      key: [, message = ''],
      value: life,
    } of context.transaction.scan(VANISHING, group))
      if (life.isHere) readVanishing(context, group, message)
    const isChanged = context.transaction.first(SEARCH_CHANGED, group) !== undefined
    if (tail > 0 || older !== null || isChanged || logsOf(context, group).length >= LOGS_IN_SEGMENT) context.transaction.put(SEARCH_WORK, [group], 'ready')
  }
}

/** Whether there is work that waits for nothing. */
export const hasIndexWork = ({ transaction }: Pick<Context, 'transaction'>): boolean => transaction.scan(SEARCH_WORK).some(({ value }) => value === 'ready')

/** Does the next piece of work, or asks the history for what it needs. */
export function indexMore(context: Context): void {
  const next = context.transaction.scan(SEARCH_WORK).find(({ value }) => value === 'ready')
  if (next === undefined) return
  const [group = ''] = next.key
  if (isSearchOff(context) || groupRow(context, group) === undefined || !askForNext(context, group)) context.transaction.delete(SEARCH_WORK, group)
}

/** False: there is nothing to do. */
function askForNext(context: Context, group: string): boolean {
  const tail = context.transaction.get(SEARCH_TAIL, group)
  if (tail !== undefined) {
    const numbers = Array.from({ length: tail.below - tail.from }, (_, i) => tail.from + i)
    const ids = numbers.flatMap((number) => context.transaction.get(PLACE, group, sortable(number % LIMITS.placedMessages))?.message ?? [])
    return read(context, { kind: 'searchTail', group }, { kind: 'byId', history: messageHistory(group), ids })
  }
  const logs = logsOf(context, group).slice(0, LOGS_IN_SEGMENT)
  if (logs.length === LOGS_IN_SEGMENT) return readBlocks(context, group, logs)
  const due = new Set(dueOf(context, group).docs.map(({ message }) => message))
  const changed = changedOf(context, group)
  const lost = changed.filter(([message, { isDue }]) => isDue && !due.has(message)).map(([message]) => message)
  if (lost.length > 0) {
    const ids = lost.slice(0, DOCS_IN_LOG)
    return read(context, { kind: 'searchChanged', group, messages: ids }, { kind: 'byId', history: messageHistory(group), ids })
  }
  const block = blocksOf(context, group).find(({ name }) => changed.some(([, each]) => isBetween(name, each)))
  if (block !== undefined) return readBlocks(context, group, [block])
  for (const [message, { isDue }] of changed) if (!isDue) context.transaction.delete(SEARCH_CHANGED, group, message)
  const { older } = progressOf(context, group)
  if (older === null) return false
  const query = { kind: 'page', history: messageHistory(group), beyond: older.beyond, direction: 'older', limit: DOCS_IN_LOG } as const
  return read(context, { kind: 'searchOlder', group }, query)
}

const changedOf = (context: Context, group: string): readonly (readonly [message: string, SearchChanged])[] =>
  context.transaction.scan(SEARCH_CHANGED, group).map(({ key, value }) => [key[1] ?? '', value] as const)

const isBetween = (block: string, { from, below }: SearchChanged): boolean => block >= sortable(from) && block < sortable(below)

const readBlocks = (context: Context, group: string, blocks: readonly NamedBlock[]): true =>
  read(
    context,
    { kind: 'searchBlocks', group, blocks: blocks.map(({ name }) => name) },
    { kind: 'byId', history: SEARCH_HISTORY, ids: blocks.flatMap((block) => recordsOf(group, block)) },
  )

function read(context: Context, purpose: IndexRead, query: HistoryQuery): true {
  const id = String(nextNumber(context))
  context.transaction.put(READ, [id], purpose)
  context.transaction.put(SEARCH_WORK, [purpose.group], 'reading')
  context.effects.push({ kind: 'readHistory', read: id, query })
  return true
}

/** A history could not be read. Blocks are made again; other work waits for the next start, or for the next block. */
export function searchFailed(context: Context, purpose: ReadPurpose): void {
  if (isSearchOff(context)) return
  switch (purpose.kind) {
    case 'searchTail':
    case 'searchChanged':
    case 'searchOlder':
      return context.transaction.delete(SEARCH_WORK, purpose.group)
    case 'texts':
      if (purpose.next.kind === 'searchChanged') context.transaction.delete(SEARCH_WORK, purpose.group)
      return
    case 'searchBlocks':
      return rebuild(context, purpose.group)
    case 'searchPages':
      return purpose.wanted.forEach(({ group }) => rebuild(context, group))
    case 'searchDocs':
      return purpose.found.forEach(({ group }) => rebuild(context, group))
    default:
  }
}

export function indexRead(context: Context, purpose: IndexRead, records: readonly HistoryRecord[]): void {
  const { group } = purpose
  if (isSearchOff(context) || groupRow(context, group) === undefined) return
  context.transaction.put(SEARCH_WORK, [group], 'ready')
  switch (purpose.kind) {
    case 'searchTail':
      context.transaction.delete(SEARCH_TAIL, group)
      return addDue(context, group, unchanged(context, group, records).map(docOf))
    case 'searchChanged':
      context.transaction.put(SEARCH_WORK, [group], 'reading')
      return withTexts(context, group, records, { kind: 'searchChanged', messages: purpose.messages, records }, changedWithTexts)
    case 'searchOlder':
      return olderRead(context, group, records)
    case 'searchBlocks':
      return blocksRead(context, group, purpose.blocks, records)
  }
}

const textsOf = (records: readonly HistoryRecord[]) =>
  records.flatMap(({ id, order, value }) => {
    const body = decode(messageRecord, value)?.body
    return body?.kind === 'text' ? [{ message: id, order, text: body.text }] : []
  })

/** Messages that were changed have been read, with their texts of now. */
export function changedWithTexts(
  context: Context,
  group: string,
  { messages, records }: Extract<NextWithTexts, { readonly kind: 'searchChanged' }>,
  texts: Texts,
): void {
  if (isSearchOff(context) || groupRow(context, group) === undefined) return
  context.transaction.put(SEARCH_WORK, [group], 'ready')
  const found = records.flatMap(({ id, order, value }) => {
    const record = decode(messageRecord, value)
    const now = record === undefined ? undefined : textNow(context, group, id, record, texts)
    return now?.kind === 'text' ? [{ message: id, order, text: now.text }] : []
  })
  for (const message of messages) {
    const changed = context.transaction.get(SEARCH_CHANGED, group, message)
    const isGone = !found.some((each) => each.message === message)
    if (changed !== undefined && isGone) context.transaction.put(SEARCH_CHANGED, [group, message], { ...changed, isDue: false })
  }
  addDue(context, group, found.map(docOf))
}

/** Without those that were changed: they are read with their texts of now. */
function unchanged(context: Context, group: string, records: readonly HistoryRecord[]) {
  const texts = textsOf(records)
  for (const { message } of texts)
    if (changersOf(context, group, message).length > 0 && context.transaction.get(SEARCH_CHANGED, group, message) === undefined)
      indexChanged(context, group, message)
  return texts.filter(({ message }) => context.transaction.get(SEARCH_CHANGED, group, message) === undefined)
}

function olderRead(context: Context, group: string, records: readonly HistoryRecord[]): void {
  const { older } = progressOf(context, group)
  if (older === null) return
  writeBlock(context, group, 'log', withoutVanishing(context, group, unchanged(context, group, records).map(docOf)))
  const last = records.at(-1)
  const next = records.length < DOCS_IN_LOG || last === undefined ? null : { beyond: last.order, indexed: older.indexed + records.length }
  context.transaction.put(SEARCH_PROGRESS, [group], { ...progressOf(context, group), older: next })
  // Few come after these, so that the rest of them would wait for long.
  const logs = logsOf(context, group)
  if (next === null && logs.length > 1) readBlocks(context, group, logs)
}

/** Several blocks become one; or one is written again without what it should not have. */
function blocksRead(context: Context, group: string, names: readonly string[], records: readonly HistoryRecord[]): void {
  const blocks = names.flatMap((name) => {
    const block = context.transaction.get(SEARCH_BLOCK, group, name)
    return block === undefined ? [] : [{ name, block }]
  })
  if (blocks.length < names.length) return
  const changed = new Map(changedOf(context, group))
  /** The last one of a message that is in several. */
  const kept = new Map<string, IndexedDoc>()
  let read = 0
  for (const named of blocks) {
    const docs = docsIn(context, group, named, byId(records))
    if (docs === undefined) return rebuild(context, group)
    read += docs.length
    for (const doc of docs) {
      const message = toBase64url(doc.id)
      const change = changed.get(message)
      if (change === undefined || named.name >= sortable(change.below)) kept.set(message, doc)
    }
  }
  if (blocks.length > 1 || kept.size < read) {
    for (const named of blocks) deleteBlock(context, group, named)
    writeBlock(context, group, blocks.length > 1 ? 'segment' : (blocks[0]?.block.shape.kind ?? 'log'), [...kept.values()])
  }
  // Blocks are looked through in their order.
  const [only] = blocks
  if (blocks.length === 1 && only !== undefined)
    for (const [message, change] of changed)
      if (isBetween(only.name, change)) context.transaction.put(SEARCH_CHANGED, [group, message], { ...change, from: Number.parseInt(only.name, 36) + 1 })
}

/** A block is damaged: the conversation is indexed again from its messages. */
export function rebuild(context: Context, group: string): void {
  if (groupRow(context, group) === undefined) return
  for (const named of blocksOf(context, group)) deleteBlock(context, group, named)
  context.transaction.deleteAll(SEARCH_CHANGED, group)
  indexAllAgain(context, group)
  context.transaction.put(SEARCH_WORK, [group], 'ready')
}

/** How much of all messages is indexed, per cent; null: everything. */
export function percentIndexed(context: Pick<Context, 'transaction'>): number | null {
  let all = 0
  let indexed = 0
  for (const { key } of context.transaction.scan(CONVERSATION)) {
    const [group = ''] = key
    const { placed } = conversationOf(context, group)
    const tail = context.transaction.get(SEARCH_TAIL, group)
    const { older } = progressOf(context, group)
    all += placed
    indexed += older === null ? placed - (tail === undefined ? 0 : tail.below - tail.from) : Math.min(placed, older.indexed)
  }
  return indexed >= all ? null : Math.min(99, Math.floor((100 * indexed) / all))
}
