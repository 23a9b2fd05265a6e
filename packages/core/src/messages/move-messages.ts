/** Messages whose place changed move in the history too: their records are read and written again under another sort key. */
import { decode, encode } from '@sotto/wire'
import type { HistoryRecord } from '../contract/history.ts'
import { touch } from '../groups/group-row.ts'
import type { Context } from '../state/context.ts'
import { nextNumber } from '../state/local-numbers.ts'
import { type MessageRecord, messageRecord, PENDING_MESSAGE, PLACE, type Place, SENT } from '../state/tables/messages.ts'
import { READ } from '../state/tables/self.ts'
import { orderOf } from './conversation-order.ts'
import { noteLast } from './conversation-row.ts'
import { messageHistory } from './conversation.ts'
import { keptUnder } from './lives.ts'
import { asKept, isErased } from './message-changes.ts'

/** Moves messages in the history. Outgoing messages have their record in the state. The others are read, and `messagesRead` moves them. */
export function moveMessages(context: Context, group: string, slots: readonly string[]): void {
  const others = slots.filter((slot) => !moveOwn(context, group, slot))
  const ids = others.flatMap((slot) => context.transaction.get(PLACE, group, slot)?.message ?? [])
  if (ids.length === 0) return
  const read = String(nextNumber(context))
  context.transaction.put(READ, [read], { kind: 'move', group, slots: others })
  context.effects.push({ kind: 'readHistory', read, query: { kind: 'byId', history: messageHistory(group), ids } })
}

function moveOwn(context: Context, group: string, slot: string): boolean {
  const place = context.transaction.get(PLACE, group, slot)
  if (place === undefined) return true
  const order = orderOf(place)
  const pendingMessage = context.transaction.scan(PENDING_MESSAGE, group).find(({ value }) => value.message === place.message)
  const sent = pendingMessage === undefined ? context.transaction.scan(SENT, group).find(({ value }) => value.message === place.message) : undefined
  const before = (pendingMessage ?? sent)?.value.line ?? null
  if (before === null) return false
  const record = { ...before.record, timeMs: place.shownMs }
  const line = { order, record }
  if (pendingMessage !== undefined) context.transaction.put(PENDING_MESSAGE, pendingMessage.key, { ...pendingMessage.value, line })
  if (sent !== undefined) context.transaction.put(SENT, sent.key, { ...sent.value, line })
  move(context, group, slot, place, record)
  return true
}

function move(context: Context, group: string, slot: string, place: Place, record: MessageRecord): void {
  const order = orderOf(place)
  context.transaction.put(PLACE, [group, slot], { ...place, isMoving: false })
  const kept = asKept(context, group, place.message, record)
  if (kept === undefined) return
  context.histories.push({
    history: messageHistory(group),
    id: place.message,
    order,
    value: encode(messageRecord, kept),
    ...keptUnder(context, group, place.message),
  })
  noteLast(context, group, place.message, order, kept)
  touch(context, group)
}

/** Moves the records that were read. */
export function messagesRead(context: Context, group: string, slots: readonly string[], records: readonly HistoryRecord[]): void {
  for (const slot of slots) {
    const place = context.transaction.get(PLACE, group, slot)
    if (place !== undefined && isErased(context, group, place.message)) context.transaction.put(PLACE, [group, slot], { ...place, isMoving: false })
    const found = place === undefined ? undefined : records.find(({ id }) => id === place.message)
    const record = found === undefined ? undefined : decode(messageRecord, found.value)
    if (place !== undefined && record !== undefined) move(context, group, slot, place, { ...record, timeMs: place.shownMs })
  }
}
