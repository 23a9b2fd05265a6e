/**
 * The hybrid logical clock (Kulkarni et al., "Logical Physical Clocks", 2014, fig. 5): messages sort after what their
 * author had seen, even where clocks differ. It is re-anchored to the wall clock, so that the error of a wrong clock does
 * not last (PROTOCOL §7).
 */
import { LIMITS } from '@sotto/wire'
import type { Context } from '../state/context.ts'
import { CLOCK } from '../state/tables/self.ts'

export interface HybridTime {
  readonly timeMs: number
  readonly counter: number
}

const COUNTER_MAX = 0xffff

export const isAfter = (one: HybridTime, other: HybridTime): boolean =>
  one.timeMs > other.timeMs || (one.timeMs === other.timeMs && one.counter > other.counter)

/** The earliest time after this one. */
export const justAfter = ({ timeMs, counter }: HybridTime): HybridTime =>
  counter < COUNTER_MAX ? { timeMs, counter: counter + 1 } : { timeMs: timeMs + 1, counter: 0 }

const isTooFarAhead = (context: Context, timeMs: number): boolean => timeMs > context.nowMs + LIMITS.clockAheadMs

/** The time another device claims, or now if that is too far ahead to believe. */
export const believed = (context: Context, time: HybridTime): HybridTime => (isTooFarAhead(context, time.timeMs) ? { timeMs: context.nowMs, counter: 0 } : time)

/** The time of an event on this device. It is later than every earlier time that can still be believed. */
export function tickClock(context: Context): HybridTime {
  const last = context.transaction.get(CLOCK, 'self')
  const isBehind = last === undefined || last.timeMs < context.nowMs || isTooFarAhead(context, last.timeMs)
  const now = isBehind ? { timeMs: context.nowMs, counter: 0 } : justAfter(last)
  context.transaction.put(CLOCK, ['self'], now)
  return now
}

/** Takes in the time of an event that happened before now. */
export function mergeClock(context: Context, { timeMs, counter }: HybridTime): void {
  const last = context.transaction.get(CLOCK, 'self')
  if (isTooFarAhead(context, timeMs)) return
  if (last === undefined || isTooFarAhead(context, last.timeMs) || isAfter({ timeMs, counter }, last))
    context.transaction.put(CLOCK, ['self'], { timeMs, counter })
}
