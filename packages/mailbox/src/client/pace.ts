/**
 * How a client keeps below the relay's rate without knowing how long anything takes to get there.
 *
 * The relay counts an append when it arrives, which the client cannot see; it sees only that the append arrived before
 * its answer did. So every unanswered append counts in full, and an answered one drains away from the moment of its
 * answer on. A leaky bucket that is filled later than the relay's, and drained no faster, is never emptier than the
 * relay's: if it has room, so has the relay's, whatever the delays (a property test has them at random).
 *
 * And how little of what it has to say it puts on a line before the relay answers: on a slow one everything else waits
 * behind that, and when the line breaks all of it goes once more.
 */

import { LIMITS } from '@sotto/wire'

/** The bucket, as the client believes it at worst to be. */
export interface Pace {
  readonly burst: number
  readonly perMs: number
  /** Answered appends that have not drained away at `atMs`. */
  readonly level: number
  readonly atMs: number
  readonly unanswered: number
  /** Bodies of these. */
  readonly unansweredBytes: number
}

/** A margin for two clocks that do not run equally fast. A guess: quartz is a thousand times better. */
const DRAIN_MARGIN = 0.95

export const startPace = (limits: { readonly appendsPerSecond: number; readonly appendBurst: number }, nowMs: number): Pace => ({
  burst: limits.appendBurst,
  perMs: (limits.appendsPerSecond * DRAIN_MARGIN) / 1000,
  level: 0,
  atMs: nowMs,
  unanswered: 0,
  unansweredBytes: 0,
})

const levelAt = (pace: Pace, nowMs: number): number => Math.max(0, pace.level - Math.max(0, nowMs - pace.atMs) * pace.perMs)

export const appendSent = (pace: Pace, sizeBytes: number): Pace => ({
  ...pace,
  unanswered: pace.unanswered + 1,
  unansweredBytes: pace.unansweredBytes + sizeBytes,
})

/** Whether an append of this size may be on its way with those that are. Only an answer makes room. */
export const hasRoom = (pace: Pace, sizeBytes: number): boolean => pace.unanswered === 0 || pace.unansweredBytes + sizeBytes <= LIMITS.appendWindowBytes

/** Whatever the answer was: the relay counted it. */
export const appendAnswered = (pace: Pace, sizeBytes: number, nowMs: number): Pace => ({
  ...pace,
  level: levelAt(pace, nowMs) + 1,
  atMs: Math.max(nowMs, pace.atMs),
  unanswered: pace.unanswered - 1,
  unansweredBytes: pace.unansweredBytes - sizeBytes,
})

/** When the next append may go: `nowMs`, or later if no answer comes before; null if only an answer can help. */
export function mayAppendAtMs(pace: Pace, nowMs: number): number | null {
  const room = pace.burst - 1 - pace.unanswered
  if (room < 0) return null
  const excess = levelAt(pace, nowMs) - room
  return excess <= 0 ? nowMs : nowMs + Math.ceil(excess / pace.perMs)
}
