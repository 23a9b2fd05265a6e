/** Which message the list of groups shows, where the last one is not shown any more: it was deleted on this device, or its author is blocked. */
import { decode } from '@sotto/wire'
import type { HistoryRecord } from '../contract/history.ts'
import { groupRow } from '../groups/group-row.ts'
import type { Context } from '../state/context.ts'
import { nextNumber } from '../state/local-numbers.ts'
import { CONVERSATION, messageRecord } from '../state/tables/messages.ts'
import { READ, type NextWithTexts } from '../state/tables/self.ts'
import { conversationOf, findLastAnew, lastFound, listed } from './conversation-row.ts'
import { isOfBlocked, messageHistory } from './conversation.ts'
import { textNow, type Texts, withTexts } from './text-now.ts'

/** Lines that are looked through for a message. A guess: so many come and go between two messages. */
const LOOKED_THROUGH = 64

/** After a deletion here, and after a start in between. */
export function rereadLast(context: Context, group: string): void {
  if (!conversationOf(context, group).isLastDue) return
  const read = String(nextNumber(context))
  context.transaction.put(READ, [read], { kind: 'last', group })
  context.effects.push({
    kind: 'readHistory',
    read,
    query: { kind: 'page', history: messageHistory(group), beyond: null, direction: 'older', limit: LOOKED_THROUGH },
  })
}

/** A person was blocked, or is no longer: the list shows the newest message of those who are heard. */
export function rereadLastOfAll(context: Context): void {
  for (const { key } of context.transaction.scan(CONVERSATION)) {
    findLastAnew(context, key[0] ?? '')
    rereadLast(context, key[0] ?? '')
  }
}

export const rereadAllLast = (context: Context): void =>
  context.transaction.scan(CONVERSATION).forEach(({ key, value }) => {
    if (value.isLastDue) rereadLast(context, key[0] ?? '')
  })

export function lastRead(context: Context, group: string, records: readonly HistoryRecord[]): void {
  const isMessage = ({ id, value }: HistoryRecord): boolean => {
    const record = decode(messageRecord, value)
    return record !== undefined && !isOfBlocked(context, record) && textNow(context, group, id, record, new Map()) !== undefined
  }
  withTexts(context, group, records.filter(isMessage).slice(0, 1), { kind: 'last', records: records.filter(isMessage).slice(0, 1) }, lastWithTexts)
}

export function lastWithTexts(context: Context, group: string, { records }: Extract<NextWithTexts, { readonly kind: 'last' }>, texts: Texts): void {
  if (groupRow(context, group) === undefined) return
  const [found] = records
  const record = found === undefined ? undefined : decode(messageRecord, found.value)
  const now = found === undefined || record === undefined ? undefined : textNow(context, group, found.id, record, texts)
  // Deleted here too, meanwhile, or its author was blocked.
  if (found !== undefined && (now === undefined || record === undefined || isOfBlocked(context, record))) return rereadLast(context, group)
  if (found === undefined || record === undefined || now === undefined) return lastFound(context, group, null)
  const { account, timeMs } = record
  const text = now.kind === 'text' ? listed(context, now) : ''
  lastFound(context, group, { message: found.id, text, deleted: now.kind === 'deleted', account, atMs: timeMs, order: found.order })
}
