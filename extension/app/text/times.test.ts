import { expect, test } from 'vitest'
import { dayLabel, listTime, roughSpan } from './times.ts'

const WORDS = { today: 'Today', yesterday: 'Yesterday' }
const NOW = new Date(2026, 10, 20, 9, 30).getTime()
const at = (year: number, month: number, day: number, hour: number) => new Date(year, month - 1, day, hour).getTime()

test('days are named the way people speak of them', () => {
  expect(dayLabel('en-GB', WORDS, at(2026, 11, 20, 0), NOW)).toBe('Today')
  expect(dayLabel('en-GB', WORDS, at(2026, 11, 19, 23), NOW)).toBe('Yesterday')
  expect(dayLabel('en-GB', WORDS, at(2026, 11, 18, 23), NOW)).toMatch(/Wednesday.*18 November$/)
  expect(dayLabel('en-GB', WORDS, at(2025, 11, 18, 23), NOW)).toMatch(/2025$/)
})

test('the list shows as much of a time as is needed', () => {
  expect(listTime('en-GB', WORDS, at(2026, 11, 20, 8), NOW)).toBe('08:00')
  expect(listTime('en-GB', WORDS, at(2026, 11, 19, 1), NOW)).toBe('Yesterday')
  expect(listTime('en-GB', WORDS, at(2026, 11, 17, 1), NOW)).toBe('Tue')
  expect(listTime('en-GB', WORDS, at(2026, 10, 1, 1), NOW)).toBe('01/10/26')
})

test('a span is given in the largest unit that it fills', () => {
  expect(roughSpan('en-GB', 90 * 60_000)).toBe('2 hours')
  expect(roughSpan('en-GB', 2 * 24 * 3_600_000)).toBe('2 days')
  expect(roughSpan('de-DE', 730 * 24 * 3_600_000)).toBe('2 Jahre')
})

test('a moment ahead of this clock is shown with its date', () => {
  expect(listTime('en-GB', WORDS, at(2026, 11, 22, 1), NOW)).toBe('22/11/26')
})
