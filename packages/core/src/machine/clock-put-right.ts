/**
 * A wall clock that is put back, or forward, while this device runs or between two starts. What was planned by the
 * wrong time must not wait until that time has come again.
 */
import { LIMITS } from '@sotto/wire'
import { ciphersOf } from '../cipher/group-cipher.ts'
import { reconnectRelays } from '../links/relay-client.ts'
import type { Context } from '../state/context.ts'
import { ADMISSION, ANSWERED_LOG, ASKED_LOG, EARLIER_SECRET, EPOCH, JOIN, LONE, NEWCOMER, SECRET_MISSING } from '../state/tables/groups.ts'
import { ANNOUNCED, OUTBOX, RELAY_LINK, RELAY_PLACE, SERVED } from '../state/tables/links.ts'
import { LAST_STEP, PRE_KEYS_GIVEN, TIMER } from '../state/tables/self.ts'
import { CONTACT, FETCHING } from '../state/tables/sessions.ts'
import { setTimer, type TimerName } from '../state/timers.ts'

/** A clock that goes back by less is one that is kept right. A guess. */
const PUT_BACK_MS = 60_000

/** How exactly it is known when the last step was. */
const KNOWN_TO_MS = 1_000

/** A device that is woken so much later than it planned slept, or its clock was put forward: an OPEN would be refused. */
const OVERSLEPT_MS = LIMITS.openExpiryMs / 2

const earliestOf = (context: Context): number => Math.min(...context.draft.scan(TIMER).map(({ value }) => value.atMs))

/** Notices at each step whether the clock was put back since the last one, or forward. */
export function watchClock(context: Context): void {
  const last = context.draft.get(LAST_STEP, 'self')
  if (last !== undefined && Math.abs(context.nowMs - last) < KNOWN_TO_MS) return
  context.draft.put(LAST_STEP, ['self'], context.nowMs)
  if (last === undefined) return
  const isPutBack = context.nowMs < last - PUT_BACK_MS
  if (isPutBack) {
    believeClock(context)
    for (const { key, value } of context.draft.scan(TIMER)) if (value.atMs > context.nowMs) setTimer(context, (key[0] ?? '') as TimerName, context.nowMs)
    for (const table of [ANNOUNCED, PRE_KEYS_GIVEN] as const) for (const { key } of context.draft.scan(table)) context.draft.delete(table, ...key)
    for (const table of [ANSWERED_LOG, ASKED_LOG] as const) for (const { key } of context.draft.scan(table)) context.draft.delete(table, ...key)
    for (const { key } of context.draft.scan(FETCHING)) context.draft.delete(FETCHING, ...key)
    for (const { key, value } of context.draft.scan(RELAY_LINK))
      if (value.downSinceMs !== null) context.draft.put(RELAY_LINK, key, { ...value, downSinceMs: Math.min(value.downSinceMs, context.nowMs) })
    for (const { key, value } of context.draft.scan(LONE)) context.draft.put(LONE, key, { ...value, atMs: Math.min(value.atMs, context.nowMs) })
    for (const { key, value } of context.draft.scan(SERVED)) context.draft.put(SERVED, key, { ...value, sinceMs: Math.min(value.sinceMs, context.nowMs) })
    for (const { key, value } of context.draft.scan(SECRET_MISSING))
      context.draft.put(SECRET_MISSING, key, { untilMs: Math.min(value.untilMs, context.nowMs + 2 * LIMITS.secretMissingMs) })
  }
  // A relay's client counts by the clock that it began with, and a relay opens nothing by a time that is far from its own.
  const plannedMs = Math.max(last, earliestOf(context))
  if (isPutBack || context.nowMs > plannedMs + OVERSLEPT_MS) reconnectRelays(context)
}

/** No row is from a time that has not come, nor waits for one that is further off than it is ever planned. */
export function believeClock(context: Context): void {
  const { draft, nowMs } = context
  const isLater = (ms: number): boolean => ms > nowMs
  for (const { key, value } of draft.scan(OUTBOX))
    if (isLater(value.notBeforeMs - LIMITS.refusedRetryMostMs)) draft.put(OUTBOX, key, { ...value, notBeforeMs: nowMs })
  for (const cipher of ciphersOf(context)) cipher.believeClock(context)
  for (const { key, value } of draft.scan(EARLIER_SECRET))
    if (isLater(value.nextMs - MOST_BACKOFF_MS)) draft.put(EARLIER_SECRET, key, { ...value, nextMs: nowMs })
  for (const { key, value } of draft.scan(ADMISSION)) if (isLater(value.atMs - MINUTE_MS)) draft.put(ADMISSION, key, { ...value, atMs: nowMs })
  for (const { key, value } of draft.scan(NEWCOMER)) if (isLater(value.untilMs - LIMITS.newcomerComparesMs)) draft.put(NEWCOMER, key, { untilMs: nowMs })
  for (const { key, value } of draft.scan(CONTACT)) if (isLater(value.openedMs)) draft.put(CONTACT, key, { ...value, openedMs: nowMs })
  for (const { key, value } of draft.scan(RELAY_PLACE)) if (isLater(value.sinceMs)) draft.put(RELAY_PLACE, key, { ...value, sinceMs: nowMs })
  for (const { key, value } of draft.scan(JOIN)) if (isLater(value.startedMs)) draft.put(JOIN, key, { ...value, startedMs: nowMs })
  for (const { key, value } of draft.scan(EPOCH)) {
    const endedMs = value.endedMs === null ? null : Math.min(value.endedMs, nowMs)
    if (isLater(value.beganMs) || endedMs !== value.endedMs) draft.put(EPOCH, key, { ...value, beganMs: Math.min(value.beganMs, nowMs), endedMs })
  }
}

const MINUTE_MS = 60_000

/** What is asked for again and again is put off by no more: the last of `LIMITS.keyRequestAttempts`, with jitter. */
const MOST_BACKOFF_MS = LIMITS.keyRequestBackoffMs * 2 ** (LIMITS.keyRequestAttempts + 1)
