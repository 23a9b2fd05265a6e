/** A device that nobody uses locks itself (PROTOCOL §9). */
import type { ClockPort } from './ports.ts'

const MINUTE_MS = 60_000

export interface AutoLock {
  /** The person is there. */
  readonly touched: () => void
  /** The person may have chosen another time. */
  readonly changed: () => void
  readonly stop: () => void
}

/** Begins now. `minutes`: the time that is chosen now; null: never. A machine that slept for longer locks when it wakes. */
export function lockWhenIdle({
  clock,
  minutes,
  lock,
}: {
  readonly clock: ClockPort
  readonly minutes: () => number | null
  readonly lock: () => void
}): AutoLock {
  let touchedMs = clock.nowMs()
  let planned = minutes()
  let cancel = (): void => {}
  const plan = (): void => {
    cancel()
    cancel = planned === null ? () => {} : clock.wakeAt(touchedMs + planned * MINUTE_MS, due)
  }
  const due = (): void => {
    const nowMs = clock.nowMs()
    // A clock that was put back gives it as long again, and not hours.
    touchedMs = Math.min(touchedMs, nowMs)
    if (planned !== null && nowMs - touchedMs >= planned * MINUTE_MS) lock()
    else plan()
  }
  plan()
  return {
    touched: () => {
      touchedMs = clock.nowMs()
    },
    changed: () => {
      if (minutes() === planned) return
      planned = minutes()
      plan()
    },
    stop: () => cancel(),
  }
}
