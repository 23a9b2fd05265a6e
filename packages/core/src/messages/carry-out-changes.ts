/**
 * Carries out edits and deletions once their message is here. A row says what is still due, so that a stop at any point loses
 * nothing: it is taken up after the next start (PROTOCOL §8.32).
 */
import { decode } from '@sotto/wire'
import type { HistoryRecord } from '../contract/history.ts'
import { groupRow } from '../groups/group-row.ts'
import type { Context } from '../state/context.ts'
import { nextNumber } from '../state/local-numbers.ts'
import { textOf } from '../state/names.ts'
import { MESSAGE_CHANGE } from '../state/tables/message-changes.ts'
import { messageRecord } from '../state/tables/messages.ts'
import { READ, type NextWithTexts } from '../state/tables/self.ts'
import { messageHistory } from './conversation.ts'
import { eraseForAll } from './erase.ts'
import { rereadAllLast } from './last-message.ts'
import { changeDone, changersOf, forgetChange } from './message-changes.ts'
import { textChanged } from './text-changed.ts'
import { textNow, type Texts, withTexts } from './text-now.ts'

/** Messages that are read at once. */
const AT_ONCE = 256

/** Someone said that this message is another now, or it came after that was said. */
export function takeUpChange(context: Context, group: string, message: string): void {
  if (changersOf(context, group, message).length > 0) readChanged(context, group, [message])
}

/** After a start. */
export function takeUpChanges(context: Context): void {
  const due = context.transaction.scan(MESSAGE_CHANGE).filter(({ value }) => value.isDue)
  for (const [group, rows] of Map.groupBy(due, ({ key }) => key[0] ?? '')) {
    const messages = [...new Set(rows.map(({ key }) => key[2] ?? ''))]
    for (let from = 0; from < messages.length; from += AT_ONCE) readChanged(context, group, messages.slice(from, from + AT_ONCE))
  }
  rereadAllLast(context)
}

function readChanged(context: Context, group: string, ids: readonly string[]): void {
  const read = String(nextNumber(context))
  context.transaction.put(READ, [read], { kind: 'changed', group })
  context.effects.push({ kind: 'readHistory', read, query: { kind: 'byId', history: messageHistory(group), ids } })
}

/** Messages that are said to be others now have been read. Those that are not here wait. */
export function changedRead(context: Context, group: string, records: readonly HistoryRecord[]): void {
  const edited: HistoryRecord[] = []
  for (const each of records) {
    const record = decode(messageRecord, each.value)
    const isOfPerson = record?.body.kind === 'text' || record?.body.kind === 'deleted'
    for (const account of changersOf(context, group, each.id)) {
      // Nobody changes what another wrote.
      if (record === undefined || !isOfPerson || account !== textOf(record.account)) forgetChange(context, group, account, each.id)
      else if (context.transaction.get(MESSAGE_CHANGE, group, account, each.id)?.deleted !== true) edited.push(each)
      else {
        eraseForAll(context, group, each.id, each.order, record)
        changeDone(context, group, account, each.id)
      }
    }
  }
  withTexts(context, group, edited, { kind: 'changed', records: edited }, changedWithTexts)
}

export function changedWithTexts(context: Context, group: string, { records }: Extract<NextWithTexts, { readonly kind: 'changed' }>, texts: Texts): void {
  if (groupRow(context, group) === undefined) return
  for (const { id, value } of records) {
    const record = decode(messageRecord, value)
    if (record === undefined) continue
    const now = textNow(context, group, id, record, texts)
    // What was deleted meanwhile is carried out by a read of its own.
    if (now?.kind !== 'text') continue
    textChanged(context, group, id, now)
    changeDone(context, group, textOf(record.account), id)
  }
}
