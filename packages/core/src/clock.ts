/**
 * The hybrid logical clock (Kulkarni et al., "Logical Physical Clocks", 2014, fig. 5): messages sort after what their
 * author had seen, even where clocks differ. Times more than `LIMITS.clockAheadMs` ahead are not merged (PROTOCOL §7).
 */
import { LIMITS } from '@sotto/wire'
import type { Context } from './context.ts'
import { CLOCK } from './tables.ts'

export interface HybridTime {
  readonly timeMs: number
  readonly counter: number
}

const COUNTER_MAX = 0xffff

/** The time of something that happens here now; later than every one before. */
export function tickClock(context: Context): HybridTime {
  const last = context.draft.get(CLOCK, 'self') ?? { timeMs: 0, counter: 0 }
  let now: HybridTime = { timeMs: context.nowMs, counter: 0 }
  if (last.timeMs >= now.timeMs) {
    now = last.counter < COUNTER_MAX ? { timeMs: last.timeMs, counter: last.counter + 1 } : { timeMs: last.timeMs + 1, counter: 0 }
  }
  context.draft.put(CLOCK, ['self'], now)
  return now
}

/** Learns of another device's time. */
export function mergeClock(context: Context, timeMs: number, counter: number): void {
  const last = context.draft.get(CLOCK, 'self') ?? { timeMs: 0, counter: 0 }
  if (timeMs > context.nowMs + LIMITS.clockAheadMs) return
  if (timeMs > last.timeMs || (timeMs === last.timeMs && counter > last.counter)) context.draft.put(CLOCK, ['self'], { timeMs, counter })
}
