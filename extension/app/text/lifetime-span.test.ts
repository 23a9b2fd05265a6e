import { LIMITS } from '@sotto/wire'
import { expect, test } from 'vitest'
import { inWholeUnits, LEAST_LIFETIME_SECONDS, leftSpan, lifetimeSpan, MOST_LIFETIME_SECONDS, untilOtherSpan } from './lifetime-span.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

test('the page’s bounds are the engine’s', () => {
  expect([LEAST_LIFETIME_SECONDS, MOST_LIFETIME_SECONDS]).toEqual([LIMITS.lifetimeLeastSeconds, LIMITS.lifetimeMostSeconds])
})

test('a lifetime is said in the largest unit that divides it', () => {
  expect([30, 90, 300, 3_600, 172_800, 604_800].map((seconds) => lifetimeSpan('en', seconds))).toEqual([
    '30 seconds',
    '90 seconds',
    '5 minutes',
    '1 hour',
    '2 days',
    '1 week',
  ])
  expect(lifetimeSpan('de', 300, 'short')).toBe('5 Min.')
  expect(inWholeUnits(5_400)).toEqual({ count: 90, unit: 'minute' })
})

test('what is left is rounded up, in a unit that it fills more than once', () => {
  expect([28 * DAY, 2 * DAY + 1, 2 * DAY, 61 * MINUTE, 2 * MINUTE + 1, 2 * MINUTE, 1_200, 1, 0, -5].map((left) => leftSpan('en', left))).toEqual([
    '28 days',
    '3 days',
    '48 hours',
    '61 minutes',
    '3 minutes',
    '120 seconds',
    '2 seconds',
    '1 second',
    '0 seconds',
    '0 seconds',
  ])
})

test('it is looked at again when it says something else, and not before', () => {
  for (const left of [28 * DAY - 1, 2 * DAY + 5, 119 * MINUTE + 7, 3 * MINUTE, 2 * MINUTE + 1, 45 * SECOND + 20, SECOND]) {
    const until = untilOtherSpan(left)
    expect(until).toBeGreaterThan(0)
    expect(leftSpan('en', left - until + 1)).toBe(leftSpan('en', left))
    expect(leftSpan('en', left - until)).not.toBe(leftSpan('en', left))
  }
})
