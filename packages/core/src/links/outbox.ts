/**
 * Records that wait for a relay. They are durable before the first attempt, handed to the relay's client when it is
 * connected, and kept until the relay acknowledges them (PROTOCOL §8).
 */
import { drawBelow } from '@sotto/crypto/primitives'
import type { Append, MailboxCredentials } from '@sotto/mailbox'
import { LIMITS, type RefusalCode } from '@sotto/wire'
import type { Context } from '../state/context.ts'
import { nextNumber } from '../state/local-numbers.ts'
import { sortable } from '../state/table.ts'
import { HAND_OVER, IN_FLIGHT, OUTBOX, type OutboxEntry, RELAY_LINK, WAITING_SINCE, WITHOUT_ROOM } from '../state/tables/links.ts'
import { setTimer } from '../state/timers.ts'
import { noteWithoutRoom, noteWaits, noteNotAwaited } from './awaited.ts'
import { awaitNoRoom, awaitRoom, othersWaitMs, tryOneOfEach, waitsBehindOthers } from './full-mailboxes.ts'
import { runClient } from './relay-client.ts'
import { linkToLeave, relayName } from './relay-links.ts'

/** Links relays that entries wait for. It begins at a random one, so that none is always the last. */
function linkWaiting(context: Context): void {
  const waiting = context.transaction.scan(OUTBOX).flatMap(({ value }) => (value.about.kind === 'letterCopy' ? [] : [value.relay]))
  const missing = [...new Set(waiting)].filter((address) => context.transaction.get(RELAY_LINK, relayName(context, address)) === undefined)
  if (missing.length === 0) return
  const start = drawBelow(context.provider.random, missing.length)
  for (const address of [...missing.slice(start), ...missing.slice(0, start)]) linkToLeave(context, address)
}

/** How long an entry waits that was refused without a time: room may come by expiry or by the mailbox's reader. */
const REFUSED_RETRY_MS = 30_000

/** Refusals of a relay that has no room now for what it would take otherwise. */
const FOR_LACK_OF_ROOM: ReadonlySet<RefusalCode> = new Set(['full', 'share', 'diskFull'])

/**
 * A refused entry stays in the outbox: a full mailbox, a full disk or a relay's wrong answer must not lose a record
 * (PROTOCOL §8).
 */
export function refuse(context: Context, name: string, token: string, retryAfterMs: number, code: RefusalCode): void {
  const entry = context.transaction.get(OUTBOX, token)
  if (entry === undefined) return
  if (FOR_LACK_OF_ROOM.has(code)) noteWithoutRoom(context, entry)
  context.transaction.delete(IN_FLIGHT, name, token)
  if (code === 'full') awaitRoom(context, name, token, entry)
  putOff(context, token, context.nowMs + Math.min(Math.max(retryAfterMs, REFUSED_RETRY_MS), LIMITS.refusedRetryMostMs))
}

function putOff(context: Context, token: string, notBeforeMs: number): void {
  const entry = context.transaction.get(OUTBOX, token)
  if (entry === undefined) return
  context.transaction.put(OUTBOX, [token], { ...entry, notBeforeMs })
  setTimer(context, 'outbox', notBeforeMs, 'earliest')
}

/** Leaves a record at a relay, however long that takes. The row is durable before the first attempt. */
export function leave(context: Context, entry: Omit<OutboxEntry, 'notBeforeMs'>): void {
  const token = sortable(nextNumber(context))
  context.transaction.put(OUTBOX, [token], { ...entry, notBeforeMs: 0 })
  context.transaction.put(HAND_OVER, [token], true)
  noteWaits(context, entry, 'relay')
  linkToLeave(context, entry.relay)
}

/** Sends an entry by another relay. The first one may still store it if it was on its way. */
export function redirect(context: Context, token: string, relay: string): void {
  const entry = context.transaction.get(OUTBOX, token)
  if (entry === undefined) return
  const sinceMs = context.transaction.get(WAITING_SINCE, token)
  takeOut(context, token, entry)
  if (sinceMs !== undefined) context.transaction.put(WAITING_SINCE, [token], sinceMs)
  context.transaction.put(OUTBOX, [token], { ...entry, relay, notBeforeMs: 0 })
  context.transaction.put(HAND_OVER, [token], true)
  noteWaits(context, entry, 'relay')
  linkToLeave(context, relay)
}

/** Takes an entry back. It may still be stored if it is on its way. */
export function withdraw(context: Context, token: string): void {
  const entry = context.transaction.get(OUTBOX, token)
  if (entry === undefined) return
  takeOut(context, token, entry)
  noteNotAwaited(context, entry)
}

function takeOut(context: Context, token: string, entry: OutboxEntry): void {
  const name = relayName(context, entry.relay)
  context.transaction.delete(OUTBOX, token)
  awaitNoRoom(context, name, token, entry)
  context.transaction.delete(WAITING_SINCE, token)
  context.transaction.delete(HAND_OVER, token)
  context.transaction.delete(IN_FLIGHT, name, token)
  runClient(context, name, (client) => context.mailbox.cancel(client, token))
}

/** Drops letters that no relay took for as long as a relay would have kept them: their contents are out of date. Runs from time to time. */
export function expireLetters(context: Context): void {
  for (const { key, value } of context.transaction.scan(OUTBOX)) {
    if (value.about.kind !== 'letter') continue
    const sinceMs = context.transaction.get(WAITING_SINCE, ...key)
    if (sinceMs === undefined) context.transaction.put(WAITING_SINCE, key, context.nowMs)
    else if (sinceMs + LIMITS.retentionMs < context.nowMs) withdraw(context, key[0] ?? '')
  }
}

/** A relay connected. It says nothing of what it refused before. */
export function reviewAt(context: Context, relay: string): void {
  const refused = new Set(context.transaction.scan(WITHOUT_ROOM, relay).map(({ key }) => key[2]))
  for (const { key, value } of context.transaction.scan(OUTBOX)) {
    if (value.notBeforeMs <= context.nowMs || refused.has(key[0] ?? '') || relayName(context, value.relay) !== relay) continue
    context.transaction.put(OUTBOX, key, { ...value, notBeforeMs: 0 })
  }
  tryOneOfEach(context, relay)
  reviewOutbox(context)
}

/** Looks at the whole outbox again: entries that were put off are due. */
export function reviewOutbox(context: Context): void {
  for (const { key, value } of context.transaction.scan(OUTBOX)) {
    if (value.notBeforeMs <= context.nowMs) context.transaction.put(HAND_OVER, key, true)
    else setTimer(context, 'outbox', value.notBeforeMs, 'earliest')
  }
  linkWaiting(context)
}

/** Hands the client of each connected relay its entries. Messages go last, so that a key arrives before what it sealed. */
export function flushOutbox(context: Context): void {
  const byRelay = new Map<string, Append[]>()
  for (const { key } of context.transaction.scan(HAND_OVER)) {
    const token = key[0] ?? ''
    context.transaction.delete(HAND_OVER, token)
    const entry = context.transaction.get(OUTBOX, token)
    if (entry === undefined) continue
    const name = relayName(context, entry.relay)
    const link = context.transaction.get(RELAY_LINK, name)
    // If the relay is not connected: the outbox is looked at again when it is.
    if (link?.state !== 'connected' || context.transaction.get(IN_FLIGHT, name, token) !== undefined || entry.notBeforeMs > context.nowMs) continue
    if (waitsBehindOthers(context, name, token, entry)) {
      putOff(context, token, othersWaitMs(context))
      continue
    }
    context.transaction.put(IN_FLIGHT, [name, token], true)
    const { keys, appendSeed, grant, body, about } = entry
    const credentials: MailboxCredentials = { keys, readSeed: null, appendSeed, grant }
    const append: Append = { token, credentials, body, class: 'stored', isUrgent: about.kind !== 'envelope' }
    const appends = byRelay.get(name)
    if (appends === undefined) byRelay.set(name, [append])
    else appends.push(append)
  }
  for (const [name, appends] of byRelay) runClient(context, name, (client) => context.mailbox.appendMany(client, appends, context.nowMs))
}
