/** Lots are even, and never outside of what they are drawn from. */
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { drawBelow, drawOneOf, spreadMs } from './draw.ts'
import type { RandomBytes } from './primitives.ts'

/** Deterministic bytes of a small generator (mulberry32): as even as a test needs. */
function seededBytes(seed: number): RandomBytes {
  let state = seed >>> 0
  const byte = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return (mixed ^ (mixed >>> 14)) & 0xff
  }
  return (lengthBytes) => Uint8Array.from({ length: lengthBytes }, byte)
}

const always =
  (byte: number): RandomBytes =>
  (lengthBytes) =>
    new Uint8Array(lengthBytes).fill(byte)

it('a draw is an integer from zero up to its limit, whatever the bytes and the limit', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 6, maxLength: 6 }), fc.integer({ min: 1, max: 2 ** 32 }), (bytes, limit) => {
      const drawn = drawBelow(() => bytes, limit)
      expect(Number.isInteger(drawn) && drawn >= 0 && drawn < limit).toBe(true)
    }),
  )
})

it('the smallest and the greatest bytes give the first and the last outcome of any number', () => {
  for (const limit of [1, 2, 3, 255, 256, 257, 999, 10_007, 2 ** 31 - 1, 2 ** 32]) {
    expect([drawBelow(always(0), limit), drawBelow(always(0xff), limit)]).toEqual([0, limit - 1])
  }
})

it('of 999 each is drawn, and none much more often than another', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const [random, limit, draws] = [seededBytes(seed), 999, 99_900]
      const counts = Array.from({ length: limit }, () => 0)
      for (let i = 0; i < draws; i++) {
        const drawn = drawBelow(random, limit)
        counts[drawn] = (counts[drawn] ?? 0) + 1
      }
      const expected = draws / limit
      const chiSquared = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
      expect(Math.min(...counts)).toBeGreaterThan(0)
      // Mean 998 and deviation 45 where all are alike: drawn from one byte it is more than 250,000.
      expect(chiSquared).toBeLessThan(998 + 8 * Math.sqrt(2 * 998))
    }),
    { numRuns: 4 },
  )
})

it('a spread wait is whole and shorter than what it is spread over', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 86_400_000 }), (seed, ms) => {
      const drawn = spreadMs(seededBytes(seed), ms)
      expect(Number.isInteger(drawn) && drawn >= 0 && drawn < ms).toBe(true)
    }),
  )
})

it('one of none is none, and a draw from no outcome is a fault', () => {
  expect(drawOneOf(always(0xff), [])).toBeUndefined()
  expect(drawOneOf(always(0xff), ['first', 'last'])).toBe('last')
  for (const limit of [0, -1, 1.5, 2 ** 32 + 1, Number.NaN]) expect(() => drawBelow(always(0), limit)).toThrow(RangeError)
})
