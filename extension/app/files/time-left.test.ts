import { expect, it } from 'vitest'
import { startPace } from './time-left.ts'

const MB = 1_000_000

it('says nothing at first, and then how long the rest takes', () => {
  const pace = startPace()
  expect(pace.leftMs(0, 100 * MB, 0)).toBeNull()
  expect(pace.leftMs(1 * MB, 100 * MB, 1_000)).toBeNull()
  expect(pace.leftMs(4 * MB, 100 * MB, 4_000)).toBe(96_000)
})

it('goes by the last seconds', () => {
  const pace = startPace()
  pace.leftMs(0, 100 * MB, 0)
  pace.leftMs(50 * MB, 100 * MB, 5_000)
  // Slower since: the fast beginning is not counted any more.
  pace.leftMs(51 * MB, 100 * MB, 20_000)
  expect(pace.leftMs(52 * MB, 100 * MB, 30_000)).toBe(480_000)
})

it('says nothing where nothing comes, or it began again', () => {
  const pace = startPace()
  pace.leftMs(5 * MB, 100 * MB, 0)
  expect(pace.leftMs(5 * MB, 100 * MB, 60_000)).toBeNull()
  pace.leftMs(9 * MB, 100 * MB, 61_000)
  expect(pace.leftMs(1 * MB, 100 * MB, 64_000)).toBeNull()
})
