/** How long guessing takes who has the disk, in words. */

/**
 * Tries a second. One reads and writes 64 MiB three times (PROTOCOL §9.1): some 400 MB. A graphics card that moves a
 * terabyte a second makes at most 2,500 of them, and four cards as many as this.
 */
const TRIES_A_SECOND = 10_000
const MINUTE_S = 60
const HOUR_S = 60 * MINUTE_S
const DAY_S = 24 * HOUR_S
const YEAR_S = 365 * DAY_S
const LONGEST_YEARS = 1_000

export type ThiefTime = { readonly kind: 'atOnce' } | { readonly kind: 'never' } | { readonly kind: 'about'; readonly span: string }

/** On average half of the guesses are needed. */
export function thiefTime(language: string, guesses: number): ThiefTime {
  const seconds = guesses / 2 / TRIES_A_SECOND
  if (seconds < MINUTE_S) return { kind: 'atOnce' }
  if (seconds > LONGEST_YEARS * YEAR_S) return { kind: 'never' }
  const [count, unit] =
    seconds < HOUR_S
      ? [seconds / MINUTE_S, 'minute']
      : seconds < DAY_S
        ? [seconds / HOUR_S, 'hour']
        : seconds < YEAR_S
          ? [seconds / DAY_S, 'day']
          : [seconds / YEAR_S, 'year']
  return {
    kind: 'about',
    span: new Intl.NumberFormat(language, { style: 'unit', unit: unit as string, unitDisplay: 'long', maximumSignificantDigits: 1 }).format(count as number),
  }
}
