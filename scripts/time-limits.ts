/**
 * Time limits of the parts of the tests, ms. An idle machine needs a small part of them. On a machine with busy cores
 * everything takes many times as long, which is not a failure. A public host ends a run after 90 minutes. All limits
 * together leave five of them for what comes before and after.
 */
const MINUTE_MS = 60_000

export const TIME_LIMITS_MS = {
  /** Format, unused code, types, lint, and all tests without browsers: together. */
  verify: 30 * MINUTE_MS,
  /** All models: an idle machine with two cores needs less than two. */
  models: 8 * MINUTE_MS,
  /** Half a minute of fuzzing. */
  fuzz: 3 * MINUTE_MS,
  /** Building the extension for both browsers: together. */
  build: 6 * MINUTE_MS,
  /** Packages for the stores, made twice, and a look of the linter at them. */
  store: 4 * MINUTE_MS,
  /** All stories in browsers. */
  stories: 35 * MINUTE_MS,
} as const

/** All parts one after the other, ms: less than this. */
export const WHOLE_RUN_MS = 87 * MINUTE_MS
