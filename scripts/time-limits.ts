/**
 * When each part of the tests is ended by force, ms. Idle machines need a small part of it: on one whose cores are busy
 * with other things everything takes many times as long, and that is no failure. A public host ends a run after 90
 * minutes; all of these together leave five of them for what comes before and after.
 */
const MINUTE_MS = 60_000

export const TIME_LIMITS_MS = {
  /** Format, what nothing imports, types, lint, and all tests without browsers: together. */
  verify: 36 * MINUTE_MS,
  /** Half a minute of fuzzing. */
  fuzz: 3 * MINUTE_MS,
  /** Building the extension for both browsers: together. */
  build: 6 * MINUTE_MS,
  /** All stories in browsers. */
  stories: 39 * MINUTE_MS,
} as const

/** All parts one after the other, ms: less than this. */
export const WHOLE_RUN_MS = 85 * MINUTE_MS
