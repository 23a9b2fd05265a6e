/**
 * What waits for room in a full mailbox of a relay (PROTOCOL §8.57, §8.58). The relay says when there is some. One of those that wait is
 * tried before that, ever more rarely, since a relay may not say it; the others follow once it was taken.
 */
import { mailboxIdOf } from '@sotto/mailbox'
import { LIMITS } from '@sotto/wire'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { HAND_OVER, OUTBOX, type OutboxEntry, ROOM_TOLD, WITHOUT_ROOM } from '../state/tables/links.ts'
import { setTimer } from '../state/timers.ts'

/** A relay that says it has room and refuses all the same is believed again after this, then after twice as long, and so on. A guess. */
const BELIEVED_AGAIN_MS = 1_000
/** Doublings of that: eight minutes. */
const MOST_DOUBLINGS = 9

const mailboxOf = (context: Context, { keys }: Pick<OutboxEntry, 'keys'>): string => textOf(mailboxIdOf(context.provider.primitives, keys))

/** An entry was refused since its mailbox is full. The first of those is tried before the relay says more. */
export const awaitRoom = (context: Context, relay: string, token: string, entry: OutboxEntry): void =>
  context.transaction.put(WITHOUT_ROOM, [relay, mailboxOf(context, entry), token], true)

/** Whether others wait for room in an entry's mailbox already: then it waits with them, and is not tried. */
export function waitsBehindOthers(context: Context, relay: string, token: string, entry: OutboxEntry): boolean {
  if (context.transaction.first(WITHOUT_ROOM, relay) === undefined) return false
  const mailbox = mailboxOf(context, entry)
  const first = context.transaction.first(WITHOUT_ROOM, relay, mailbox)?.key[2]
  if (first === undefined || first === token) return false
  context.transaction.put(WITHOUT_ROOM, [relay, mailbox, token], true)
  return true
}

/** An entry does not wait at this relay any more. */
export function awaitNoRoom(context: Context, relay: string, token: string, entry: OutboxEntry): void {
  if (context.transaction.first(WITHOUT_ROOM, relay) === undefined) return
  const mailbox = mailboxOf(context, entry)
  if (context.transaction.get(WITHOUT_ROOM, relay, mailbox, token) === undefined) return
  context.transaction.delete(WITHOUT_ROOM, relay, mailbox, token)
  // The next one is tried in its place.
  const next = context.transaction.first(WITHOUT_ROOM, relay, mailbox)?.key[2]
  if (next !== undefined) tryNow(context, next)
}

/** A relay took an entry: if others wait for room in its mailbox, they go too. */
export function noteTaken(context: Context, relay: string, token: string, entry: OutboxEntry): void {
  if (context.transaction.first(WITHOUT_ROOM, relay) === undefined) return
  const mailbox = mailboxOf(context, entry)
  context.transaction.delete(WITHOUT_ROOM, relay, mailbox, token)
  context.transaction.delete(ROOM_TOLD, relay, mailbox)
  tryAll(context, relay, mailbox)
}

/** A relay says that a mailbox has room again. It is believed, and where that was not so, less and less. */
export function roomAgain(context: Context, relay: string, mailbox: string): void {
  const first = context.transaction.first(WITHOUT_ROOM, relay, mailbox)?.key[2]
  if (first === undefined) return
  const told = context.transaction.get(ROOM_TOLD, relay, mailbox)
  const againMs = told === undefined || told.atMs > context.nowMs ? context.nowMs : told.atMs + BELIEVED_AGAIN_MS * 2 ** told.times
  if (againMs > context.nowMs) return putOff(context, first, againMs)
  context.transaction.put(ROOM_TOLD, [relay, mailbox], { atMs: context.nowMs, times: Math.min((told?.times ?? -1) + 1, MOST_DOUBLINGS) })
  tryAll(context, relay, mailbox)
}

/** On a new connection a relay does not know what it refused: one of those that wait for each mailbox is tried. */
export function tryOneOfEach(context: Context, relay: string): void {
  let last = ''
  for (const { key } of context.transaction.scan(WITHOUT_ROOM, relay)) {
    if (key[1] !== last) tryNow(context, key[2] ?? '')
    last = key[1] ?? ''
  }
}

/** Until when one that is not tried before the others waits, where the relay says nothing. */
export const othersWaitMs = (context: Context): number => context.nowMs + LIMITS.refusedRetryMostMs

function tryAll(context: Context, relay: string, mailbox: string): void {
  for (const { key } of context.transaction.scan(WITHOUT_ROOM, relay, mailbox)) {
    context.transaction.delete(WITHOUT_ROOM, ...key)
    tryNow(context, key[2] ?? '')
  }
}

function tryNow(context: Context, token: string): void {
  const entry = context.transaction.get(OUTBOX, token)
  if (entry === undefined) return
  context.transaction.put(OUTBOX, [token], { ...entry, notBeforeMs: 0 })
  context.transaction.put(HAND_OVER, [token], true)
}

function putOff(context: Context, token: string, atMs: number): void {
  const entry = context.transaction.get(OUTBOX, token)
  if (entry === undefined || entry.notBeforeMs <= atMs) return
  context.transaction.put(OUTBOX, [token], { ...entry, notBeforeMs: atMs })
  setTimer(context, 'outbox', atMs, 'earliest')
}
