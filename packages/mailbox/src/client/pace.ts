/**
 * How a client stays below the relay's rate without knowing how long a frame takes to arrive.
 *
 * The relay counts an append when it arrives. The client cannot see that; it knows only that the append arrived before
 * its answer. So every unanswered append counts in full, and an answered one drains away from the moment of its
 * answer. This leaky bucket fills later than the relay's and drains no faster, so it is never emptier than the
 * relay's: if it has room, the relay's has room, whatever the delays (a property test draws them at random).
 *
 * The client also puts little on the line before the relay answers. On a slow line everything else waits behind
 * that, and all of it is sent again when the line breaks.
 */

/** The bucket at the worst that the client must assume. */
export interface Pace {
  readonly burst: number
  readonly perMs: number
  /** Answered appends that have not drained away at `atMs`. */
  readonly level: number
  readonly atMs: number
  readonly unanswered: number
  /** Their bodies, and how many bytes of them there may be. */
  readonly unansweredBytes: number
  readonly windowBytes: number
}

/** A margin for two clocks that do not run equally fast. A guess: quartz is a thousand times better. */
const DRAIN_MARGIN = 0.95

/** @param perSecond and how many at once the relay takes; `windowBytes` of bodies are on their way at most */
export const startPace = (perSecond: number, burst: number, windowBytes: number, nowMs: number): Pace => ({
  burst,
  perMs: (perSecond * DRAIN_MARGIN) / 1000,
  windowBytes,
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

/** Whether an append of this size may be sent beside the unanswered ones. Only an answer makes room. */
export const hasRoom = (pace: Pace, sizeBytes: number): boolean => pace.unanswered === 0 || pace.unansweredBytes + sizeBytes <= pace.windowBytes

/** Whatever the answer was, the relay counted the append. */
export const appendAnswered = (pace: Pace, sizeBytes: number, nowMs: number): Pace => ({
  ...pace,
  level: levelAt(pace, nowMs) + 1,
  atMs: Math.max(nowMs, pace.atMs),
  unanswered: pace.unanswered - 1,
  unansweredBytes: pace.unansweredBytes - sizeBytes,
})

/** When the next append may go: `nowMs`, or later if no answer comes before. null: only an answer can help. */
export function mayAppendAtMs(pace: Pace, nowMs: number): number | null {
  const room = pace.burst - 1 - pace.unanswered
  if (room < 0) return null
  const excess = levelAt(pace, nowMs) - room
  return excess <= 0 ? nowMs : nowMs + Math.ceil(excess / pace.perMs)
}
