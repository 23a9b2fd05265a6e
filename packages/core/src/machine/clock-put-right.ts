/**
 * A wall clock that is put back or forward, while this device runs or between two starts. What was planned by the wrong
 * time must not wait until that time comes again.
 */
import { LIMITS } from '@sotto/wire'
import { ciphersOf } from '../cipher/group-cipher.ts'
import { reconnectRelays } from '../links/relay-client.ts'
import type { Context } from '../state/context.ts'
import { ADMISSION, ANSWERED_LOG, ASKED_LOG, EARLIER_SECRET, EPOCH, ISOLATED, JOIN, NEW_MEMBER, SECRET_MISSING } from '../state/tables/groups.ts'
import { ANNOUNCED, OUTBOX, RELAY_LINK, RELAY_PLACE, SERVED } from '../state/tables/links.ts'
import { askByThisClock } from '../groups/nameless.ts'
import { LAST_STEP, PRE_KEYS_GIVEN, TIMER } from '../state/tables/self.ts'
import { CONTACT, FETCHING } from '../state/tables/sessions.ts'
import { setTimer, type TimerName } from '../state/timers.ts'

/** A clock that goes back by less is only being kept accurate. A guess. */
const PUT_BACK_MS = 60_000

/** How exactly the time of the last step is known. */
const KNOWN_TO_MS = 1_000

/** A device that wakes this much later than planned slept, or its clock was put forward. Its OPEN would be refused. */
const OVERSLEPT_MS = LIMITS.openExpiryMs / 2

const earliestOf = (context: Context): number => Math.min(...context.transaction.scan(TIMER).map(({ value }) => value.atMs))

/** Notices at each step whether the clock was put back or forward since the last one. */
export function watchClock(context: Context): void {
  const last = context.transaction.get(LAST_STEP, 'self')
  if (last !== undefined && Math.abs(context.nowMs - last) < KNOWN_TO_MS) return
  context.transaction.put(LAST_STEP, ['self'], context.nowMs)
  if (last === undefined) return
  const isPutBack = context.nowMs < last - PUT_BACK_MS
  const notLater = (ms: number | null): number | null => (ms === null ? null : Math.min(ms, context.nowMs))
  if (isPutBack) {
    believeClock(context)
    for (const { key, value } of context.transaction.scan(TIMER)) if (value.atMs > context.nowMs) setTimer(context, (key[0] ?? '') as TimerName, context.nowMs)
    for (const table of [ANNOUNCED, PRE_KEYS_GIVEN] as const) for (const { key } of context.transaction.scan(table)) context.transaction.delete(table, ...key)
    for (const table of [ANSWERED_LOG, ASKED_LOG] as const) for (const { key } of context.transaction.scan(table)) context.transaction.delete(table, ...key)
    for (const { key } of context.transaction.scan(FETCHING)) context.transaction.delete(FETCHING, ...key)
    for (const { key, value } of context.transaction.scan(RELAY_LINK))
      context.transaction.put(RELAY_LINK, key, { ...value, downSinceMs: notLater(value.downSinceMs), unheardMs: notLater(value.unheardMs) })
    for (const { key, value } of context.transaction.scan(ISOLATED))
      context.transaction.put(ISOLATED, key, { ...value, atMs: Math.min(value.atMs, context.nowMs) })
    for (const { key, value } of context.transaction.scan(SERVED))
      context.transaction.put(SERVED, key, { ...value, sinceMs: Math.min(value.sinceMs, context.nowMs) })
    for (const { key, value } of context.transaction.scan(SECRET_MISSING))
      context.transaction.put(SECRET_MISSING, key, { untilMs: Math.min(value.untilMs, context.nowMs + 2 * LIMITS.secretMissingMs) })
  }
  // A relay's client keeps the clock that it began with, and a relay refuses an OPEN whose time is far from its own.
  const plannedMs = Math.max(last, earliestOf(context))
  if (isPutBack || context.nowMs > plannedMs + OVERSLEPT_MS) reconnectRelays(context)
}

/** No row has a time in the future, or waits longer than is ever planned. */
export function believeClock(context: Context): void {
  const { transaction, nowMs } = context
  const isLater = (ms: number): boolean => ms > nowMs
  for (const { key, value } of transaction.scan(OUTBOX))
    if (isLater(value.notBeforeMs - LIMITS.refusedRetryMostMs)) transaction.put(OUTBOX, key, { ...value, notBeforeMs: nowMs })
  for (const cipher of ciphersOf(context)) cipher.believeClock(context)
  askByThisClock(context)
  for (const { key, value } of transaction.scan(EARLIER_SECRET))
    if (isLater(value.nextMs - MOST_BACKOFF_MS)) transaction.put(EARLIER_SECRET, key, { ...value, nextMs: nowMs })
  for (const { key, value } of transaction.scan(ADMISSION)) if (isLater(value.atMs - MINUTE_MS)) transaction.put(ADMISSION, key, { ...value, atMs: nowMs })
  for (const { key, value } of transaction.scan(NEW_MEMBER))
    if (isLater(value.untilMs - LIMITS.newMemberComparesMs)) transaction.put(NEW_MEMBER, key, { ...value, untilMs: nowMs, soonMs: nowMs })
  for (const { key, value } of transaction.scan(CONTACT)) if (isLater(value.openedMs)) transaction.put(CONTACT, key, { ...value, openedMs: nowMs })
  for (const { key, value } of transaction.scan(RELAY_PLACE)) if (isLater(value.sinceMs)) transaction.put(RELAY_PLACE, key, { ...value, sinceMs: nowMs })
  for (const { key, value } of transaction.scan(JOIN)) if (isLater(value.startedMs)) transaction.put(JOIN, key, { ...value, startedMs: nowMs })
  for (const { key, value } of transaction.scan(EPOCH)) {
    const endedMs = value.endedMs === null ? null : Math.min(value.endedMs, nowMs)
    if (isLater(value.beganMs) || endedMs !== value.endedMs) transaction.put(EPOCH, key, { ...value, beganMs: Math.min(value.beganMs, nowMs), endedMs })
  }
}

const MINUTE_MS = 60_000

/** The longest back-off of a repeated request: the last of `LIMITS.keyRequestAttempts`, with jitter. */
const MOST_BACKOFF_MS = LIMITS.keyRequestBackoffMs * 2 ** (LIMITS.keyRequestAttempts + 1)
