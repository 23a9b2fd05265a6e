/** Blocks of the index as records of the history `search` (PROTOCOL §9.17, §13.47). */
import { DOCS_IN_PAGE, docsOf, type IndexedDoc, logOf, readLog, segmentOf } from '@sotto/search'
import { concat, L, utf8 } from '@sotto/wire'
import type { HistoryRecord } from '../../contract/history.ts'
import type { Context } from '../../state/context.ts'
import { sortable } from '../../state/table.ts'
import { SEARCH_BLOCK, SEARCH_PROGRESS, type SearchBlock, type SearchProgress } from '../../state/tables/search.ts'

export const SEARCH_HISTORY = 'search'

/** A log, a page of words or a page of messages. */
type Part = 'log' | 'terms' | 'docs'

const PART_NUMBER: Readonly<Record<Part, number>> = { log: 1, terms: 2, docs: 3 }

export const recordId = (group: string, block: string, part: Part, page = 0): string => `${group}/${block}/${part}/${page}`

/** Each record of a block is sealed once, so its place serves as the nonce. */
function nonceOf(part: Part, page: number): Uint8Array {
  const nonce = new Uint8Array(24)
  new DataView(nonce.buffer).setUint32(0, page)
  nonce[4] = PART_NUMBER[part]
  return nonce
}

const boundTo = (id: string): Uint8Array => concat(L('search record'), utf8(id))

export const progressOf = (context: Pick<Context, 'transaction'>, group: string): SearchProgress =>
  context.transaction.get(SEARCH_PROGRESS, group) ?? { indexed: 0, older: null, nextBlock: 0 }

export interface NamedBlock {
  readonly name: string
  readonly block: SearchBlock
}

export const blocksOf = (context: Pick<Context, 'transaction'>, group: string): readonly NamedBlock[] =>
  context.transaction.scan(SEARCH_BLOCK, group).map(({ key, value }) => ({ name: key[1] ?? '', block: value }))

/** Writes messages as a log or a segment. Does nothing without messages. */
export function writeBlock(context: Context, group: string, shape: 'log' | 'segment', docs: readonly IndexedDoc[]): void {
  if (docs.length === 0) return
  const progress = progressOf(context, group)
  const name = sortable(progress.nextBlock)
  const key = context.provider.random(32)
  context.transaction.put(SEARCH_PROGRESS, [group], { ...progress, nextBlock: progress.nextBlock + 1 })
  const write = (part: Part, page: number, bytes: Uint8Array): void => {
    const id = recordId(group, name, part, page)
    const value = context.provider.primitives.xchacha20Poly1305.seal(key, nonceOf(part, page), bytes, boundTo(id))
    context.histories.push({ history: SEARCH_HISTORY, id, order: '', value })
  }
  if (shape === 'log') {
    const times = docs.map(({ timeMs }) => timeMs)
    write('log', 0, logOf(docs))
    const range = { docs: docs.length, newestMs: Math.max(...times), oldestMs: Math.min(...times) }
    return context.transaction.put(SEARCH_BLOCK, [group, name], { key, ...range, shape: { kind: 'log' } })
  }
  const { docs: count, newestMs, oldestMs, termPages, docPages } = segmentOf(docs)
  for (const [i, page] of termPages.entries()) write('terms', i, page.bytes)
  for (const [i, page] of docPages.entries()) write('docs', i, page)
  context.transaction.put(SEARCH_BLOCK, [group, name], {
    key,
    docs: count,
    newestMs,
    oldestMs,
    shape: { kind: 'segment', firsts: termPages.map(({ first }) => first) },
  })
}

/** The ids of all records of a block. */
export function recordsOf(group: string, { name, block }: NamedBlock): readonly string[] {
  if (block.shape.kind === 'log') return [recordId(group, name, 'log')]
  return [
    ...block.shape.firsts.map((_, i) => recordId(group, name, 'terms', i)),
    ...Array.from({ length: Math.ceil(block.docs / DOCS_IN_PAGE) }, (_, i) => recordId(group, name, 'docs', i)),
  ]
}

export function deleteBlock(context: Context, group: string, named: NamedBlock): void {
  for (const id of recordsOf(group, named)) context.histories.push({ history: SEARCH_HISTORY, id, order: '', value: null })
  context.transaction.delete(SEARCH_BLOCK, group, named.name)
}

export type Records = ReadonlyMap<string, Uint8Array>

export const byId = (records: readonly HistoryRecord[]): Records => new Map(records.map(({ id, value }) => [id, value]))

/** What a record of a block holds; undefined: it is missing, or not what was sealed there. */
export function openRecord(context: Context, group: string, { name, block }: NamedBlock, part: Part, page: number, records: Records): Uint8Array | undefined {
  const id = recordId(group, name, part, page)
  const sealed = records.get(id)
  return sealed === undefined ? undefined : context.provider.primitives.xchacha20Poly1305.open(block.key, nonceOf(part, page), sealed, boundTo(id))
}

/** Every message of a block; undefined: something is missing or damaged. */
export function docsIn(context: Context, group: string, named: NamedBlock, records: Records): readonly IndexedDoc[] | undefined {
  const { block } = named
  if (block.shape.kind === 'log') {
    const bytes = openRecord(context, group, named, 'log', 0, records)
    return bytes === undefined ? undefined : readLog(bytes)
  }
  const termPages = block.shape.firsts.map((_, i) => openRecord(context, group, named, 'terms', i, records))
  const docPages = Array.from({ length: Math.ceil(block.docs / DOCS_IN_PAGE) }, (_, i) => openRecord(context, group, named, 'docs', i, records))
  if (!areAll(termPages) || !areAll(docPages)) return undefined
  return docsOf({ docs: block.docs, termPages, docPages })
}

const areAll = (pages: readonly (Uint8Array | undefined)[]): pages is readonly Uint8Array[] => pages.every((page) => page !== undefined)
