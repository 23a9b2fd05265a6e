import { expect, test } from 'vitest'
import { createRelayClock } from './relay-clock.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const NOW = 1_800_000_000_000

/** A machine whose clock a test sets; time passes on it all the same. */
function machine(lastKnownMs: number | null = null, startsMs = NOW) {
  let wall = startsMs
  let passed = 5_000
  const jumps: number[] = []
  const clock = createRelayClock({ lastKnownMs, wallMs: () => wall, passedMs: () => passed, onJump: (byMs) => jumps.push(Math.round(byMs / HOUR)) })
  const pass = (ms: number): number => {
    // A relay looks every second, and an hour is enough here.
    for (let left = ms; left > 0; left -= HOUR) {
      wall += Math.min(HOUR, left)
      passed += Math.min(HOUR, left)
      clock.now()
    }
    return clock.now()
  }
  return { clock, pass, set: (byMs: number) => void (wall += byMs), jumps }
}

test('time passes as it does on the machine, also where that is corrected by seconds', () => {
  const { clock, pass, set, jumps } = machine()
  expect(clock.now()).toBe(NOW)
  expect(pass(HOUR)).toBe(NOW + HOUR)
  set(20_000)
  expect(clock.now()).toBe(NOW + HOUR + 20_000)
  set(-20_000)
  expect(clock.now()).toBe(NOW + HOUR + 20_000)
  expect(pass(HOUR)).toBe(NOW + 2 * HOUR)
  expect(jumps).toEqual([])
})

test.each([40 * DAY, -40 * DAY])('a clock that jumps by %d ms and back changes nothing, and is said once each time', (byMs) => {
  const { clock, pass, set, jumps } = machine()
  pass(HOUR)
  set(byMs)
  expect(pass(5 * HOUR)).toBe(NOW + 6 * HOUR)
  expect(clock.distrustedMs()).toBe(byMs)
  set(-byMs)
  expect(pass(HOUR)).toBe(NOW + 7 * HOUR)
  expect(clock.distrustedMs()).toBe(0)
  expect(jumps).toEqual([byMs / HOUR])
})

test('its time is in whole milliseconds, also while it is distrusted', () => {
  let [wall, passed] = [NOW, 5_000.25]
  const clock = createRelayClock({ lastKnownMs: null, wallMs: () => wall, passedMs: () => passed, onJump: () => {} })
  const times = [clock.now()]
  wall += 40 * DAY
  for (let n = 0; n < 5; n++) {
    passed += 0.3
    times.push(clock.now())
  }
  expect(times).toEqual([NOW, NOW, NOW, NOW, NOW + 1, NOW + 1])
})

test('a new time that stays for a day is the time, and one that changes meanwhile begins again', () => {
  const { pass, set, jumps } = machine()
  set(40 * DAY)
  expect(pass(20 * HOUR)).toBe(NOW + 20 * HOUR)
  set(DAY)
  expect(pass(20 * HOUR)).toBe(NOW + 40 * HOUR)
  expect(pass(5 * HOUR)).toBe(NOW + 45 * HOUR + 41 * DAY)
  expect(jumps).toEqual([40 * 24, 41 * 24])
})

test('a start at a time that its store cannot come from is distrusted, and an ordinary pause is not', () => {
  expect(machine(NOW - DAY).clock.now()).toBe(NOW)
  expect(machine(NOW - 40 * DAY).clock.now()).toBe(NOW - 40 * DAY)
  expect(machine(NOW + DAY).clock.now()).toBe(NOW + DAY)
  expect(machine(NOW - 40 * DAY).pass(25 * HOUR)).toBe(NOW + 25 * HOUR)
})
