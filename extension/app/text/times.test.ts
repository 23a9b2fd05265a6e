import { expect, test } from 'vitest'
import { countdown, dayLabel, exactSpan, listTime, messageTime, roughSpan } from './times.ts'

const WORDS = { today: 'Today', yesterday: 'Yesterday', justNow: 'Just now', yesterdayAt: (time: string) => `Yesterday at ${time}` }
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

test('minutes are said in hours where they are whole', () => {
  expect([1, 15, 60, 90, 240].map((minutes) => exactSpan('en-GB', minutes))).toEqual(['1 minute', '15 minutes', '1 hour', '90 minutes', '4 hours'])
})

test('a moment ahead of this clock is now', () => {
  for (const show of [listTime, messageTime]) expect(show('en-GB', WORDS, at(2026, 11, 22, 1), NOW)).toBe('Just now')
})

const MINUTE = 60_000

test.each([
  [NOW, 'Just now'],
  [NOW - 59_999, 'Just now'],
  [NOW - MINUTE, /^1 min\.? ago$/],
  [NOW - 12 * MINUTE, /^12 mins?\.? ago$/],
  [NOW - 59 * MINUTE, /^59 mins?\.? ago$/],
  [NOW - 60 * MINUTE, '08:30'],
  [at(2026, 11, 20, 0), '00:00'],
  [at(2026, 11, 19, 23), 'Yesterday at 23:00'],
  [at(2026, 11, 18, 23), '23:00'],
] as const)('under a message stands how long ago it was, or when (%#)', (atMs, shown) => {
  const said = messageTime('en-GB', WORDS, atMs, NOW)
  if (typeof shown === 'string') expect(said).toBe(shown)
  else expect(said).toMatch(shown)
})

test('it is said in the language of the page, and by its hours', () => {
  expect(messageTime('de-DE', { ...WORDS, justNow: 'Gerade eben' }, NOW - 12 * MINUTE, NOW)).toMatch(/vor 12/)
  expect(messageTime('en-US', WORDS, at(2026, 11, 20, 8), NOW)).toMatch(/8:00\sAM/)
})

test('shortly after midnight what was said before it is minutes old, and later it was yesterday', () => {
  const midnight = at(2026, 11, 20, 0)
  expect(messageTime('en-GB', WORDS, midnight - 5 * MINUTE, midnight + 5 * MINUTE)).toMatch(/^10 mins?\.? ago$/)
  expect(messageTime('en-GB', WORDS, midnight - 5 * MINUTE, midnight + 65 * MINUTE)).toBe('Yesterday at 23:55')
})

test.each([
  [0, '0:00'],
  [1, '0:01'],
  [4_001, '0:05'],
  [60_000, '1:00'],
  [871_500, '14:32'],
  [-5, '0:00'],
])('%i ms are left: %s', (leftMs, shown) => {
  expect(countdown(leftMs)).toBe(shown)
})
