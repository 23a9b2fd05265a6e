/**
 * What a refusal by rate changes: requests of its kind go one at a time, as far apart as the relay asked for. If all
 * waiting requests went again whenever one may, each round would cost as many refusals as there are requests: their
 * square in the end.
 */
import { type Ask, pacedKindOf, type PacedKind, type Session, type Slowed, withEntry, withoutEntry } from './client-state.ts'

type Kinds = Session['slowed']

/** Wait at least this long after a refusal by rate. A guess. */
const SHORTEST_WAIT_MS = 50
/** However seldom a relay takes one, the next is tried after this. A guess: slower than any relay intends to be. */
const MOST_APART_MS = 60_000

/** A request of this kind was refused by rate. */
export function slowDown(slowed: Kinds, kind: PacedKind, retryAfterMs: number, nowMs: number): Kinds {
  const waitMs = Math.max(retryAfterMs, SHORTEST_WAIT_MS)
  const before = slowed.get(kind)
  const grantedMs = before?.grantedMs ?? null
  const after: Slowed = {
    notBeforeMs: Math.max(before?.notBeforeMs ?? 0, nowMs + waitMs),
    everyMs: Math.max(before?.everyMs ?? 0, Math.min(nowMs + waitMs - (grantedMs ?? nowMs), MOST_APART_MS)),
    grantedMs: null,
  }
  return withEntry(slowed, kind, after)
}

/** A request of this kind was refused for another reason than haste: it goes later, and then as fast as before. */
export function holdBack(slowed: Kinds, kind: PacedKind, retryAfterMs: number, nowMs: number): Kinds {
  const before = slowed.get(kind)
  const notBeforeMs = Math.max(before?.notBeforeMs ?? 0, nowMs + Math.max(retryAfterMs, SHORTEST_WAIT_MS))
  return withEntry(slowed, kind, { notBeforeMs, everyMs: before?.everyMs ?? 0, grantedMs: before?.grantedMs ?? null })
}

/** A request of this kind was granted. The next one keeps its distance; where none waits, there is nothing to slow. */
export function spaceOut(slowed: Kinds, kind: PacedKind, waiting: readonly Ask[], nowMs: number): Kinds {
  const before = slowed.get(kind)
  if (before === undefined) return slowed
  // Any waiting request may have to open its mailbox first.
  const isWaiting = kind === 'open' ? waiting.length > 0 : waiting.some((ask) => pacedKindOf(ask) === kind)
  if (!isWaiting) return withoutEntry(slowed, kind)
  return withEntry(slowed, kind, { ...before, notBeforeMs: Math.max(before.notBeforeMs, nowMs + before.everyMs), grantedMs: nowMs })
}

/** Requests of a kind that are sent and unanswered. */
export function underway(session: Session, kind: PacedKind): number {
  let count = 0
  for (const pending of session.pending.values()) if (pacedKindOf(pending) === kind) count++
  return count
}
