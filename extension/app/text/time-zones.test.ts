/** Days and times where clocks change, where a date is left out, and on a journey. The machine's time zone is set for each test. */
import { afterEach, expect, test } from 'vitest'
import { rowsOf } from '../conversation/rows.ts'
import { message } from '../preview/scene-messages.ts'
import { dayLabel, listTime, longTime, messageTime } from './times.ts'

const WORDS = { today: 'Today', yesterday: 'Yesterday', justNow: 'Just now', yesterdayAt: (time: string) => `Yesterday at ${time}` }
const zoneBefore = process.env['TZ']
const inZone = (zone: string): void => {
  process.env['TZ'] = zone
}
afterEach(() => {
  if (zoneBefore === undefined) delete process.env['TZ']
  else process.env['TZ'] = zoneBefore
})

const utc = (text: string): number => Date.parse(`${text}Z`)
const ana = { account: 'ana', name: 'Ana', another: 0, own: false } as Parameters<typeof message>[1]
const said = (id: string, atMs: number) => ({ ...message(id, ana, 0, id), atMs })
/** How many days a conversation of these moments shows. */
const days = (...atMs: readonly number[]): number =>
  rowsOf(
    atMs.map((each, i) => said(`m${i}`, each)),
    null,
  ).filter(({ kind }) => kind === 'day').length

test.each([
  // [zone, a moment before midnight, one after it, an hour of the day after]
  ['Europe/Berlin', '2026-03-28T22:59', '2026-03-28T23:01', '2026-03-29T18:00'], // the day has 23 hours
  ['Europe/Berlin', '2026-10-24T21:59', '2026-10-24T22:01', '2026-10-25T18:00'], // and 25
  ['America/Sao_Paulo', '2018-11-04T02:59', '2018-11-04T03:01', '2018-11-04T20:00'], // it begins at one o'clock
  ['America/Sao_Paulo', '2018-02-18T02:59', '2018-02-18T03:01', '2018-02-18T20:00'], // 23:30 comes twice before it
  ['Asia/Kolkata', '2026-06-01T18:29', '2026-06-01T18:31', '2026-06-02T12:00'],
  ['Pacific/Apia', '2011-12-30T09:59', '2011-12-30T10:01', '2011-12-31T05:00'], // the 30th was left out
])('%s: a separator is at midnight, and what was said before it was said yesterday (%s)', (zone, before, after, later) => {
  inZone(zone)
  expect(days(utc(before), utc(after), utc(later))).toBe(2)
  expect(dayLabel('en-GB', WORDS, utc(after), utc(later))).toBe('Today')
  expect(dayLabel('en-GB', WORDS, utc(before), utc(later))).toBe('Yesterday')
  expect(listTime('en-GB', WORDS, utc(before), utc(later))).toBe('Yesterday')
  expect(messageTime('en-GB', WORDS, utc(before), utc(later))).toMatch(/^Yesterday at \d\d:59$/)
})

test('the hour that comes twice is one day, and keeps its order', () => {
  inZone('Europe/Berlin')
  const first = utc('2026-10-25T00:30')
  const second = utc('2026-10-25T01:30')
  expect(days(first, second)).toBe(1)
  const later = utc('2026-10-25T12:00')
  expect([first, second].map((each) => messageTime('en-GB', WORDS, each, later))).toEqual(['02:30', '02:30'])
})

test('on a journey the days are those of the place where one is', () => {
  const moments = [utc('2026-05-01T13:00'), utc('2026-05-01T16:00')]
  inZone('Europe/Berlin')
  expect(days(...moments)).toBe(1)
  inZone('Asia/Tokyo')
  expect(days(...moments)).toBe(2)
  inZone('America/Los_Angeles')
  expect(days(...moments)).toBe(1)
})

test('on a journey the times are those of the place where one is', () => {
  const atMs = utc('2026-05-01T12:34')
  const now = utc('2026-05-03T20:00')
  const timesIn = (zone: string): readonly string[] => {
    inZone(zone)
    return [messageTime('en-GB', WORDS, atMs, now), longTime('en-GB', atMs)]
  }
  expect(timesIn('Europe/Berlin')).toEqual(['14:34', 'Friday 1 May at 14:34'])
  expect(timesIn('Asia/Tokyo')).toEqual(['21:34', 'Friday 1 May at 21:34'])
  // The same offset on the day, and another in winter.
  expect(timesIn('Africa/Lagos')).toEqual(['13:34', 'Friday 1 May at 13:34'])
  expect(timesIn('Europe/London')).toEqual(['13:34', 'Friday 1 May at 13:34'])
  expect(messageTime('en-GB', WORDS, utc('2026-01-10T12:34'), now)).toBe('12:34')
})

test('while the page is open, today becomes yesterday at midnight', () => {
  inZone('Pacific/Auckland')
  const atMs = utc('2026-07-01T10:00')
  const midnight = utc('2026-07-01T12:00')
  expect(dayLabel('en-GB', WORDS, atMs, midnight - 1)).toBe('Today')
  expect(dayLabel('en-GB', WORDS, atMs, midnight)).toBe('Yesterday')
})

test.each([
  ['en-US', /^2:34\sPM$/],
  ['en-GB', /^14:34$/],
  ['de-AT', /^14:34$/],
  ['en-US-u-hc-h23', /^14:34$/],
])('%s: the time is in the hours that people there count', (language, shown) => {
  inZone('Europe/Berlin')
  expect(messageTime(language, WORDS, utc('2026-05-01T12:34'), utc('2026-05-01T20:00'))).toMatch(shown)
})
