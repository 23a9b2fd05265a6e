/** How long a message lasts, as people say it. */

/** The shortest and the longest lifetime, seconds. The engine refuses others. The page says so before it sends a request. */
export const LEAST_LIFETIME_SECONDS = 30
export const MOST_LIFETIME_SECONDS = 28 * 86_400

/** The units, the longest first, with their lengths in seconds. */
export const LIFETIME_UNITS = [
  ['week', 7 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const

export type LifetimeUnit = (typeof LIFETIME_UNITS)[number][0]

/** `long`: "5 minutes"; `short`: "5 min". */
export type SpanStyle = 'long' | 'short'

const written = (language: string, count: number, unit: LifetimeUnit, unitDisplay: SpanStyle): string =>
  new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay }).format(count)

/** So many seconds as a number of the largest unit that divides them. */
export function inWholeUnits(seconds: number): { readonly count: number; readonly unit: LifetimeUnit } {
  const [unit, length] = LIFETIME_UNITS.find(([, each]) => seconds % each === 0) ?? ['second', 1]
  return { count: seconds / length, unit }
}

/** So many seconds in the largest unit that divides them: "5 minutes", "1 week". */
export function lifetimeSpan(language: string, seconds: number, style: SpanStyle = 'long'): string {
  const { count, unit } = inWholeUnits(seconds)
  return written(language, count, unit, style)
}

/** What is left is counted in days from two days on, in hours from two hours on, in minutes from two minutes on. */
function leftIn(leftMs: number): readonly [LifetimeUnit, number] {
  for (const [unit, length] of LIFETIME_UNITS) if (unit !== 'week' && leftMs > 2 * length * 1000) return [unit, length * 1000]
  return ['second', 1000]
}

/** What is left of a life, as if what has begun of a unit were whole: "3 days", "90 seconds". */
export function leftSpan(language: string, leftMs: number, style: SpanStyle = 'long'): string {
  const [unit, length] = leftIn(leftMs)
  return written(language, Math.max(0, Math.ceil(leftMs / length)), unit, style)
}

/** After how many milliseconds `leftSpan` says something else. */
export function untilOtherSpan(leftMs: number): number {
  const [, length] = leftIn(leftMs)
  return leftMs % length || length
}
