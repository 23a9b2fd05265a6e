/** Lots and waits drawn from random bytes, each outcome as likely as the others. */
import type { RandomBytes } from './primitives.ts'

const DRAWN_BYTES = 6
const DRAWN_VALUES = 2 ** (8 * DRAWN_BYTES)
/** Of so many outcomes none is more likely than another by more than 2^-16 of its chance. */
const MOST_OUTCOMES = 2 ** 32

/** An integer from 0 up to and without `limit`, which is from 1 to 2^32. Throws for another limit. */
export function drawBelow(random: RandomBytes, limit: number): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_OUTCOMES) throw new RangeError(`a draw from ${limit} outcomes`)
  const drawn = random(DRAWN_BYTES).reduce((value, byte) => value * 256 + byte, 0)
  return Math.floor((drawn / DRAWN_VALUES) * limit)
}

/** One of these, or `undefined` where there is none. */
export const drawOneOf = <T>(random: RandomBytes, items: readonly T[]): T | undefined =>
  items.length === 0 ? undefined : items[drawBelow(random, items.length)]

/** A wait from 0 up to and without `ms`, in whole milliseconds, so that many devices do not act at once. */
export const spreadMs = (random: RandomBytes, ms: number): number => drawBelow(random, ms)
