import { array, assert, double, integer, property } from 'fast-check'
import { expect, test } from 'vitest'
import { DRAW_ALL_ROWS, FIRST_SPREAD_ROWS, offsetsOf, rowAt, visibleRange } from './visible-range.ts'

test('a short list is drawn whole', () => {
  expect(visibleRange(offsetsOf(Array.from({ length: DRAW_ALL_ROWS }, () => 40)), 0, 500)).toEqual({ from: 0, to: DRAW_ALL_ROWS })
})

test('an empty list has no rows', () => {
  expect(visibleRange(offsetsOf([]), 0, 500)).toEqual({ from: 0, to: 0 })
})

test('a row is found by its beginning', () => {
  const offsets = offsetsOf([10, 20, 30])
  expect([-5, 0, 9, 10, 29, 30, 59, 1000].map((y) => rowAt(offsets, y))).toEqual([0, 0, 0, 1, 1, 2, 2, 2])
})

test('all visible rows are drawn, and not many more', () => {
  const heights = array(integer({ min: 16, max: 300 }), { minLength: DRAW_ALL_ROWS + 1, maxLength: 2000 })
  assert(
    property(heights, double({ min: 0, max: 1, noNaN: true }), integer({ min: 1, max: 900 }), (heights, part, height) => {
      const offsets = offsetsOf(heights)
      const top = part * (offsets.at(-1) ?? 0)
      const { from, to } = visibleRange(offsets, top, height)
      for (let row = 0; row < heights.length; row++) {
        const begins = offsets[row] ?? 0
        const ends = offsets[row + 1] ?? 0
        if (ends > top && begins < top + height) expect(row >= from && row < to).toBe(true)
      }
      expect(to - from).toBeLessThanOrEqual(Math.ceil(height / 16) + 2 + 60)
    }),
    { numRuns: 60 },
  )
})

test('at first little more than what is visible is drawn, also of a short list', () => {
  const offsets = offsetsOf(Array.from({ length: 200 }, () => 50))
  expect(visibleRange(offsets, 5_000, 500, FIRST_SPREAD_ROWS)).toEqual({ from: 100 - FIRST_SPREAD_ROWS, to: 111 + FIRST_SPREAD_ROWS })
  expect(visibleRange(offsets, 5_000, 500)).toEqual({ from: 0, to: 200 })
})
