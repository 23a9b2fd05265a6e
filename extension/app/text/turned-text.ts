/**
 * Texts of others, made safe to show among ours. Two characters (U+202D, U+202E) reverse everything behind them: a name
 * with one can reverse the sentence around it, and a file's name can hide its ending. They are shown as a sign.
 */

const TURNING = /[\u202d\u202e]/gu

/** Shown where a text would reverse. */
export const TURN_SIGN = '⇄'

/** Letters that run from right to left, or characters that set a direction. */
const DIRECTED = /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u

/** The other characters that set a direction for what is behind them, inside and outside of an isolate. */
const SETTING = /[\u202a-\u202c\u2066-\u2069]/gu

/** A text in parts that may be drawn as they are. Between two of them is a place where it would reverse. */
export const untwistedParts = (text: string): readonly string[] => text.split(TURNING)

/**
 * A text to put into a sentence: it changes no direction but its own. Plain texts stay unchanged, so that names can be
 * searched for and are read out without signs.
 */
export function isolated(text: string): string {
  if (!DIRECTED.test(text)) return text
  return `\u2068${text.replace(TURNING, TURN_SIGN).replace(SETTING, '')}\u2069`
}
