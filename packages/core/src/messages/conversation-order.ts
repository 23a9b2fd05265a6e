/**
 * A message's place in its conversation, and the time that is shown for it (PROTOCOL §7, §13.20). The place is the author's logical
 * time, but below what the author had seen or answers, whatever a clock says, and never further ahead than is believed. With honest
 * clocks only the logical time counts, and every screen has the same order.
 */
import { type DeviceId, encode, equalBytes, LIMITS, type MessageId } from '@sotto/wire'
import { believed, type HybridTime, isAfter, justAfter, mergeClock, tickClock } from '../identity/clock.ts'
import { type Context, tell } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { sortable } from '../state/table.ts'
import { type MessageRecord, type Place, PLACE, PLACE_OF, PLACED_BEFORE, type Said } from '../state/tables/messages.ts'
import { content, type ContentBody } from './contents/contents.ts'
import { countPlaced, readUpTo } from './conversation-row.ts'

/** A message that needs a place. `end` is the end of its sort key, which decides between equal times. */
export interface Placed {
  readonly id: MessageId
  readonly end: string
  readonly said: Said
  readonly line: MessageRecord['body']
}

/** Its sort key in the history of messages, the time that is shown, and whether it came late. */
export interface Standing {
  readonly order: string
  readonly shownMs: number
  /** When it came, if it came late; null: it did not. */
  readonly lateMs: number | null
}

export const orderOf = ({ timeMs, counter, end }: Pick<Place, 'timeMs' | 'counter' | 'end'>): string => `${sortable(timeMs)}.${sortable(counter)}.${end}`

/** A message's id: from who said what, when, and after which messages. So a message is known wherever it was sealed. */
export const messageIdOf = (context: Context, device: DeviceId, { timeMs, counter, leadMs, seen }: Said, body: ContentBody): MessageId =>
  context.provider.primitives.sha256(device, encode(content, { timeMs, counter, leadMs, seen, before: null, again: null, heads: null, body })) as MessageId

/** What the author's clock showed. */
export const wallMsOf = ({ timeMs, leadMs }: Said): number => Math.max(0, timeMs - (leadMs ?? 0))

const tagOf = (id: MessageId): Uint8Array => id.slice(0, LIMITS.messageTagBytes)

/** The times and seen messages for something that is said here now. */
export function sayNow(context: Context, group: string): Said {
  const seen = newestSeen(context, group).map(({ tag }) => tag)
  const time = tickClock(context)
  const leadMs = time.timeMs - context.nowMs
  return { ...time, leadMs: leadMs > 0 ? leadMs : null, seen }
}

/** Messages that no other message here names as seen, the last ones first. */
function newestSeen(context: Context, group: string): readonly Place[] {
  const places = context.transaction.scan(PLACE, group).map(({ value }) => value)
  const named = new Set(places.flatMap(({ seen }) => seen.map(textOf)))
  const heads = places.filter(({ tag }) => !named.has(textOf(tag)))
  return heads.toSorted((a, b) => (isAfter(a, b) ? -1 : 1)).slice(0, LIMITS.seenMessages)
}

/** A time for a line of our own that puts it below everything here. */
export function timeBelowAll(context: Context, group: string): HybridTime {
  const now = tickClock(context)
  const [last] = newestSeen(context, group)
  return last === undefined || isAfter(now, last) ? now : justAfter(last)
}

export const placeOf = (context: Pick<Context, 'transaction'>, group: string, tag: Uint8Array): Place | undefined => {
  const slot = context.transaction.get(PLACE_OF, group, textOf(tag))
  return slot === undefined ? undefined : context.transaction.get(PLACE, group, slot)
}

/** The place, or one right below `floor` if it is not below that. The shown time is never in the future, and never before that of the floor. */
function below<T extends HybridTime & { readonly shownMs: number }>(context: Context, place: T, floor: Place): T {
  const time = isAfter(place, floor) ? place : justAfter(floor)
  return {
    ...place,
    timeMs: time.timeMs,
    counter: time.counter,
    shownMs: Math.min(Math.max(place.shownMs, floor.shownMs), Math.max(place.shownMs, context.nowMs)),
  }
}

/** The messages that one has to be below: also the one that it answers, since what was written between the two may never come. */
function seenIn({ said, line }: Placed): Place['seen'] {
  const answered = line.kind === 'text' && line.replyTo !== null ? tagOf(line.replyTo) : null
  return answered === null || said.seen.some((each) => equalBytes(each, answered)) ? said.seen : [...said.seen, answered]
}

/** Returns a message's place, always the same. Messages that were written after it and came before it move below it. */
export function placeMessage(context: Context, group: string, placed: Placed): Standing {
  const { id, end, said } = placed
  const tag = tagOf(id)
  const message = textOf(id)
  const known = placeOf(context, group, tag)
  if (known !== undefined && known.message === message) return { order: orderOf(known), shownMs: known.shownMs, lateMs: known.lateMs }
  const wallMs = wallMsOf(said)
  const seen = seenIn(placed)
  const floors = seen.map((each) => ({ each, floor: placeOf(context, group, each) }))
  let at = { ...believed(context, said), shownMs: Math.min(wallMs, context.nowMs) }
  for (const { floor } of floors) if (floor !== undefined) at = below(context, at, floor)
  const { timeMs, counter, shownMs } = at
  const lateMs = isLate(context, group, { timeMs, counter, shownMs, end }) ? context.nowMs : null
  const place: Place = { tag, message, end, timeMs, counter, shownMs, lateMs, seen, isMoving: false }
  const slot = keep(context, group, place)
  for (const { each, floor } of floors) if (floor === undefined) context.transaction.put(PLACED_BEFORE, [group, textOf(each), slot], true)
  mergeClock(context, at)
  moveThoseBelow(context, group, place)
  return { order: orderOf(place), shownMs, lateMs }
}

/** It goes above what the person has read, where nobody would look for it, and was written a while ago (§7.46). */
function isLate(context: Context, group: string, place: Pick<Place, 'timeMs' | 'counter' | 'end' | 'shownMs'>): boolean {
  const read = readUpTo(context, group)
  return read !== null && orderOf(place) < read && context.nowMs - place.shownMs > LIMITS.lateAfterMs
}

/** Remembers a place. If there are too many, it replaces the oldest one. */
function keep(context: Context, group: string, place: Place): string {
  const slot = sortable(countPlaced(context, group) % LIMITS.placedMessages)
  const before = context.transaction.get(PLACE, group, slot)
  if (before !== undefined) {
    if (context.transaction.get(PLACE_OF, group, textOf(before.tag)) === slot) context.transaction.delete(PLACE_OF, group, textOf(before.tag))
    for (const each of before.seen) context.transaction.delete(PLACED_BEFORE, group, textOf(each), slot)
  }
  context.transaction.put(PLACE, [group, slot], place)
  context.transaction.put(PLACE_OF, [group, textOf(place.tag)], slot)
  return slot
}

/** Moves are counted, since messages that name each other in a circle would move for ever. */
const MOST_MOVES = 4 * LIMITS.placedMessages

function moveThoseBelow(context: Context, group: string, came: Place): void {
  const waiting = context.transaction.scan(PLACED_BEFORE, group, textOf(came.tag)).map(({ key }) => key)
  if (waiting.length === 0) return
  for (const key of waiting) context.transaction.delete(PLACED_BEFORE, ...key)
  const moved = new Set<string>()
  const floors = [came]
  for (let floor = floors.shift(), moves = 0; floor !== undefined && moves < MOST_MOVES; floor = floors.shift()) {
    const tag = textOf(floor.tag)
    for (const { key, value } of context.transaction.scan(PLACE, group)) {
      if (!value.seen.some((each) => textOf(each) === tag)) continue
      const next = below(context, value, floor)
      if (next.timeMs === value.timeMs && next.counter === value.counter && next.shownMs === value.shownMs) continue
      context.transaction.put(PLACE, key, { ...next, isMoving: true })
      moved.add(key[1] ?? '')
      floors.push(next)
      moves++
    }
  }
  if (moved.size > 0) tell(context, { kind: 'placesChanged', group, slots: [...moved] })
}

/** After a start: builds what is derived from the places, and continues moves that were under way. */
export function indexPlaces(context: Context): void {
  const places = context.transaction.scan(PLACE)
  for (const { key, value } of places) context.transaction.put(PLACE_OF, [key[0] ?? '', textOf(value.tag)], key[1] ?? '')
  for (const { key, value } of places) {
    const [group = '', slot = ''] = key
    for (const each of value.seen) if (placeOf(context, group, each) === undefined) context.transaction.put(PLACED_BEFORE, [group, textOf(each), slot], true)
    if (value.isMoving) tell(context, { kind: 'placesChanged', group, slots: [slot] })
  }
}
