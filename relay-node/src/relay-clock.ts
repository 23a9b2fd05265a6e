/**
 * The time a relay goes by. A machine's clock can jump, by a wrong time server or an empty battery, and what a jump made
 * expire would not come back. So a jump is distrusted: time goes on from where it was, until the machine has shown the
 * new time for a day.
 */

export interface RelayClock {
  /** Whole milliseconds since 1970, as frames and rows have them. It goes back only when a clock that had been ahead is trusted again. */
  readonly now: () => number
  /** By how much the machine's clock differs from that, in ms; 0 unless it is distrusted. */
  readonly distrustedMs: () => number
}

/** A larger difference from what has passed is a jump. A guess: time servers set clocks right by less. */
const STEP_MS = 2 * 60_000
/** At a start: a relay may have been off, and what it then takes for a jump only keeps letters for longer. A guess. */
const START_STEP_MS = 2 * 24 * 60 * 60_000
/** A new time is trusted after this, so that its operator has a day to see the log. */
const TRUST_MS = 24 * 60 * 60_000

/** @param lastKnownMs when the store was last written to; null: it is new */
export function createRelayClock(options: {
  readonly lastKnownMs: number | null
  /** Of the machine. */
  readonly wallMs: () => number
  /** What passes, whatever the clock is set to; also parts of a millisecond. */
  readonly passedMs: () => number
  /** The machine's clock jumped by so much. */
  readonly onJump: (byMs: number) => void
}): RelayClock {
  const { lastKnownMs, wallMs, passedMs, onJump } = options
  const startMs = wallMs()
  const isTrustedAtStart = lastKnownMs === null || (startMs >= lastKnownMs - STEP_MS && startMs <= lastKnownMs + START_STEP_MS)
  /** The last time that was said, and what had passed then. */
  let atMs = isTrustedAtStart ? Math.max(startMs, lastKnownMs ?? startMs) : lastKnownMs
  let atPassedMs = passedMs()
  /** Since when the machine's clock has been elsewhere, in ms passed, and by how much. */
  let elsewhere: { readonly sincePassedMs: number; readonly byMs: number } | null = null

  const exactly = (): number => {
    const passed = passedMs()
    const due = atMs + (passed - atPassedMs)
    const byMs = wallMs() - due
    atPassedMs = passed
    if (Math.abs(byMs) <= STEP_MS) {
      elsewhere = null
      // Small corrections are followed, and never back.
      atMs = Math.max(atMs, due + byMs)
      return atMs
    }
    if (elsewhere === null || Math.abs(elsewhere.byMs - byMs) > STEP_MS) {
      elsewhere = { sincePassedMs: passed, byMs }
      onJump(byMs)
    }
    atMs = due
    if (passed - elsewhere.sincePassedMs < TRUST_MS) return atMs
    elsewhere = null
    atMs = due + byMs
    return atMs
  }
  return { now: () => Math.floor(exactly()), distrustedMs: () => elsewhere?.byMs ?? 0 }
}
