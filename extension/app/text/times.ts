/** Moments as people write them, in a language and this machine's time zone. All moments are ms since the epoch. */

const MINUTE_MS = 60 * 1000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** The words that may replace a date. */
export interface DayWords {
  readonly today: string
  readonly yesterday: string
}

/** And those for a moment. */
export interface MomentWords extends DayWords {
  readonly justNow: string
  readonly yesterdayAt: (time: string) => string
}

/** A formatter goes on in the time zone that it was made in, and machines travel: none is used for longer, ms. */
const FORMATTER_MS = 60_000

interface KeptFormatter {
  readonly zone: string
  readonly madeMs: number
  readonly format: Intl.DateTimeFormat
}

/** Making a formatter takes as long as drawing a message. */
const formatters = new Map<string, KeptFormatter>()
const agoFormatters = new Map<string, Intl.RelativeTimeFormat>()

function formatted(language: string, options: Intl.DateTimeFormatOptions, atMs: number): string {
  const zone = zoneSign(atMs)
  const nowMs = performance.now()
  const key = `${language} ${JSON.stringify(options)}`
  let kept = formatters.get(key)
  if (kept?.zone !== zone || nowMs - kept.madeMs > FORMATTER_MS) {
    kept = { zone, madeMs: nowMs, format: new Intl.DateTimeFormat(language, options) }
    formatters.set(key, kept)
  }
  return kept.format.format(atMs)
}

/** Differs at once between most time zones: the offsets to UTC in each month of a moment's year. */
function zoneSign(atMs: number): string {
  const year = new Date(atMs).getFullYear()
  return Array.from({ length: 12 }, (_, month) => new Date(year, month, 1).getTimezoneOffset()).join(' ')
}

/** The day of a moment in this machine's time zone, as a text that differs between days. */
export function dayOf(atMs: number): string {
  const date = new Date(atMs)
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`
}

/** The difference to UTC in this machine's time zone, which a journey or a change of clocks changes. */
export const zoneOf = (atMs: number): number => new Date(atMs).getTimezoneOffset()

/** The day before a moment's: that of the last moment before its midnight, since not every day has 24 hours, and not every date a day. */
const dayBefore = (atMs: number): string => {
  const date = new Date(atMs)
  return dayOf(new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime() - 1)
}

/** For example `14:05`. */
export const clockTime = (language: string, atMs: number): string => formatted(language, { timeStyle: 'short' }, atMs)

/** For a day separator: `Today`, `Yesterday`, else for example `Friday, 20 November`, with the year if it is another. */
export function dayLabel(language: string, words: DayWords, atMs: number, nowMs: number): string {
  const day = dayOf(atMs)
  // What lies ahead of this clock is now: some clock is wrong.
  if (day === dayOf(nowMs) || atMs > nowMs) return words.today
  if (day === dayBefore(nowMs)) return words.yesterday
  const sameYear = new Date(atMs).getFullYear() === new Date(nowMs).getFullYear()
  return formatted(
    language,
    {
      weekday: 'long',
      day: 'numeric',
      month: 'long',
      ...(sameYear ? {} : { year: 'numeric' }),
    },
    atMs,
  )
}

/** In the list: how long ago within an hour, the time today, then `Yesterday`, the weekday within a week, else the date. */
export function listTime(language: string, words: MomentWords, atMs: number, nowMs: number): string {
  const day = dayOf(atMs)
  if (isWithinAnHour(atMs, nowMs)) return ago(language, words, atMs, nowMs)
  if (day === dayOf(nowMs)) return clockTime(language, atMs)
  if (day === dayBefore(nowMs)) return words.yesterday
  if (nowMs - atMs < 6 * DAY_MS) return formatted(language, { weekday: 'short' }, atMs)
  return formatted(language, { day: 'numeric', month: 'numeric', year: '2-digit' }, atMs)
}

/** Under a message, whose day is above it: how long ago within an hour, the time today, `Yesterday at 14:05`, else the time. */
export function messageTime(language: string, words: MomentWords, atMs: number, nowMs: number): string {
  if (isWithinAnHour(atMs, nowMs)) return ago(language, words, atMs, nowMs)
  const time = clockTime(language, atMs)
  return dayOf(atMs) === dayBefore(nowMs) ? words.yesterdayAt(time) : time
}

/** For a moment that no day is above: how long ago within an hour, the time today, `Yesterday at 14:05`, else the date and the time. */
export function arrivalTime(language: string, words: MomentWords, atMs: number, nowMs: number): string {
  const day = dayOf(atMs)
  if (isWithinAnHour(atMs, nowMs) || day === dayOf(nowMs) || day === dayBefore(nowMs)) return messageTime(language, words, atMs, nowMs)
  return formatted(language, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }, atMs)
}

/** What lies ahead of this clock is now: some clock is wrong. */
const isWithinAnHour = (atMs: number, nowMs: number): boolean => nowMs - atMs < HOUR_MS

function ago(language: string, words: MomentWords, atMs: number, nowMs: number): string {
  const minutes = Math.floor((nowMs - atMs) / MINUTE_MS)
  if (minutes < 1) return words.justNow
  const format = agoFormatters.get(language) ?? new Intl.RelativeTimeFormat(language, { style: 'short' })
  agoFormatters.set(language, format)
  return format.format(-minutes, 'minute')
}

/** For example `Friday, 20 November, 14:05`. */
export const longTime = (language: string, atMs: number): string =>
  formatted(language, { weekday: 'long', day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit' }, atMs)

/** A span in the largest unit that it fills: "2 days", "5 hours". */
export function roughSpan(language: string, spanMs: number): string {
  const hours = spanMs / (60 * 60 * 1000)
  const [count, unit] = hours >= 24 * 365 ? [hours / (24 * 365), 'year'] : hours >= 24 ? [hours / 24, 'day'] : [hours, 'hour']
  return new Intl.NumberFormat(language, { style: 'unit', unit: unit as string, unitDisplay: 'long', maximumFractionDigits: 0 }).format(count as number)
}

/** So many minutes, in hours where they are whole: "15 minutes", "4 hours". */
export function exactSpan(language: string, minutes: number): string {
  const [count, unit] = minutes % 60 === 0 ? [minutes / 60, 'hour'] : [minutes, 'minute']
  return new Intl.NumberFormat(language, { style: 'unit', unit: unit as string, unitDisplay: 'long' }).format(count as number)
}

/** What is left, counted upwards: "0:05", "14:32". */
export function countdown(leftMs: number): string {
  const seconds = Math.max(0, Math.ceil(leftMs / 1_000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
