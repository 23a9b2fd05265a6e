/**
 * Texts of others, made safe to stand among ours. Two characters (U+202D, U+202E) turn everything behind them round: a
 * name with one can reverse the sentence it stands in, a file's name can end in what it is not. They are shown as a sign.
 */

const TURNING = /[\u202d\u202e]/gu

/** What stands where a text would turn. */
export const TURN_SIGN = '⇄'

/** Letters that run from right to left, or characters that set a direction. */
const DIRECTED = /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u

/** The others that set a direction for what is behind them, in and out of an isolate's bounds. */
const SETTING = /[\u202a-\u202c\u2066-\u2069]/gu

/** A text in parts: what may be drawn as it is, and between two of them a place where it would turn. */
export const untwistedParts = (text: string): readonly string[] => text.split(TURNING)

/**
 * A text to put into a sentence: it changes the direction of nothing but itself. Plain ones stay as they are, so that
 * names can be searched for and are read out without signs.
 */
export function isolated(text: string): string {
  if (!DIRECTED.test(text)) return text
  return `\u2068${text.replace(TURNING, TURN_SIGN).replace(SETTING, '')}\u2069`
}
