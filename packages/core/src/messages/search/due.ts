/**
 * Texts on their way into the index (PROTOCOL §9.18). They wait in memory, where they are found too, until there are enough for a block. After a crash
 * they are read again: a conversation's row says how many of its messages were in blocks.
 */
import { DOCS_IN_LOG, termsOf } from '@sotto/search'
import { LIMITS, type MessageId } from '@sotto/wire'
import type { Context } from '../../state/context.ts'
import { bytesOf } from '../../state/names.ts'
import {
  SEARCH_DUE,
  SEARCH_OFF,
  SEARCH_PROGRESS,
  SEARCH_CHANGED,
  SEARCH_TAIL,
  SEARCH_VANISHING,
  SEARCH_WORK,
  type SearchDue,
} from '../../state/tables/search.ts'
import { lifeOf } from '../lives.ts'
import { isHidden } from '../message-changes.ts'
import { conversationOf } from '../conversation-row.ts'
import { blocksOf, progressOf, writeBlock } from './blocks.ts'

/** A block is written once its words have so many UTF-16 units, since that takes its time. A guess: some milliseconds. */
const MOST_LENGTH = 24_000
/** So many logs become one segment. */
export const LOGS_IN_SEGMENT = 8

export const isSearchOff = (context: Pick<Context, 'transaction'>): boolean => context.transaction.get(SEARCH_OFF, 'self') !== undefined

/** A text by its message and the message's sort key. */
export interface TextOf {
  readonly message: string
  readonly order: string
  readonly text: string
}

type Due = SearchDue['docs'][number]

/** For the order of results: the time that a sort key begins with. */
const timeOf = (order: string): number => {
  const timeMs = Number.parseInt(order.slice(0, order.indexOf('.')), 36)
  return Number.isSafeInteger(timeMs) && timeMs >= 0 && timeMs < 2 ** 48 ? timeMs : 0
}

export const docOf = ({ message, order, text }: TextOf): Due => ({ message, id: bytesOf<MessageId>(message), timeMs: timeOf(order), terms: termsOf(text) })

const lengthOf = (docs: readonly Due[]): number => docs.reduce((sum, { terms }) => terms.reduce((length, term) => length + term.length + 1, sum), 0)

const NOTHING_DUE: SearchDue = { docs: [], length: 0 }

/** Messages that vanish are in no block: their words are in memory alone, as long as they are here. */
export const vanishingDocsOf = (context: Pick<Context, 'transaction'>, group: string): readonly Due[] =>
  context.transaction.scan(SEARCH_VANISHING, group).map(({ value }) => value)

export const dueOf = (context: Pick<Context, 'transaction'>, group: string): SearchDue => context.transaction.get(SEARCH_DUE, group) ?? NOTHING_DUE

/** A message that has just got its place. */
export function indexText(context: Context, group: string, what: TextOf): void {
  if (isSearchOff(context)) return
  const due = dueOf(context, group)
  if (due.docs.some(({ message }) => message === what.message)) return
  addDue(context, group, [docOf(what)])
}

export function addDue(context: Context, group: string, found: readonly Due[]): void {
  const docs = withoutVanishing(context, group, found)
  const due = dueOf(context, group)
  const next = { docs: [...due.docs, ...docs], length: due.length + lengthOf(docs) }
  context.transaction.put(SEARCH_DUE, [group], next)
  if (next.docs.length >= DOCS_IN_LOG || next.length >= MOST_LENGTH) writeDue(context, group)
}

/** Those that go into a block. The others are found from now on, and are done with. */
export function withoutVanishing(context: Context, group: string, docs: readonly Due[]): readonly Due[] {
  return docs.filter((doc) => {
    if (lifeOf(context, group, doc.message)?.isHere !== true) return true
    if (!isHidden(context, group, doc.message)) context.transaction.put(SEARCH_VANISHING, [group, doc.message], doc)
    context.transaction.delete(SEARCH_CHANGED, group, doc.message)
    return false
  })
}

/** A message has another text, or none: what it said before goes from the index, and what it says now is read and indexed. */
export function indexChanged(context: Context, group: string, message: string): void {
  if (isSearchOff(context)) return
  if (lifeOf(context, group, message)?.isHere === true) return changedVanishing(context, group, message)
  const { docs } = dueOf(context, group)
  const others = docs.filter((doc) => doc.message !== message)
  if (others.length < docs.length) context.transaction.put(SEARCH_DUE, [group], { docs: others, length: lengthOf(others) })
  context.transaction.put(SEARCH_CHANGED, [group, message], { from: 0, below: progressOf(context, group).nextBlock, isDue: true })
  context.transaction.put(SEARCH_WORK, [group], context.transaction.get(SEARCH_WORK, group) ?? 'ready')
}

/** It is in no block: what it says now, if anything, is read. */
function changedVanishing(context: Context, group: string, message: string): void {
  context.transaction.delete(SEARCH_VANISHING, group, message)
  if (isHidden(context, group, message)) return context.transaction.delete(SEARCH_CHANGED, group, message)
  readVanishing(context, group, message)
}

/** The text of a message that vanishes has to be read: into memory alone. */
export function readVanishing(context: Context, group: string, message: string): void {
  context.transaction.put(SEARCH_CHANGED, [group, message], { from: 0, below: 0, isDue: true })
  context.transaction.put(SEARCH_WORK, [group], context.transaction.get(SEARCH_WORK, group) ?? 'ready')
}

/** Writes what waits into blocks, unless earlier messages have to be read before: then these wait for them. */
function writeDue(context: Context, group: string): void {
  const { docs } = dueOf(context, group)
  if (context.transaction.get(SEARCH_TAIL, group) !== undefined) {
    context.transaction.put(SEARCH_WORK, [group], context.transaction.get(SEARCH_WORK, group) ?? 'ready')
    if (docs.length < LIMITS.placedMessages) return
    // The earlier ones cannot be named any more: they are found among all.
    indexAllAgain(context, group)
  }
  for (let i = 0; i < docs.length; i += DOCS_IN_LOG) writeBlock(context, group, 'log', docs.slice(i, i + DOCS_IN_LOG))
  context.transaction.put(SEARCH_PROGRESS, [group], { ...progressOf(context, group), indexed: conversationOf(context, group).placed })
  context.transaction.delete(SEARCH_DUE, group)
  for (const { message } of docs) {
    const changed = context.transaction.get(SEARCH_CHANGED, group, message)
    if (changed?.isDue === true) context.transaction.put(SEARCH_CHANGED, [group, message], { ...changed, isDue: false })
  }
  if (logsOf(context, group).length >= LOGS_IN_SEGMENT) context.transaction.put(SEARCH_WORK, [group], context.transaction.get(SEARCH_WORK, group) ?? 'ready')
}

export const logsOf = (context: Pick<Context, 'transaction'>, group: string) => blocksOf(context, group).filter(({ block }) => block.shape.kind === 'log')

/** Every message of a conversation counts as an older one, which is read and indexed when there is time. */
export function indexAllAgain(context: Context, group: string): void {
  const progress = progressOf(context, group)
  context.transaction.put(SEARCH_PROGRESS, [group], { ...progress, indexed: conversationOf(context, group).placed, older: { beyond: null, indexed: 0 } })
  context.transaction.delete(SEARCH_TAIL, group)
  context.transaction.put(SEARCH_WORK, [group], context.transaction.get(SEARCH_WORK, group) ?? 'ready')
}
