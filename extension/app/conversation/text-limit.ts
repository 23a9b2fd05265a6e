import { countGraphemes } from '../text/graphemes.ts'

/** Longest text of a message, UTF-8 bytes. The engine refuses longer ones. The page says so before it sends a request. */
export const TEXT_LIMIT_BYTES = 16 * 1024

/** From here on the page says that the message is nearly full. */
const SAID_FROM_BYTES = TEXT_LIMIT_BYTES - 1024

/** The excess is counted up to here: a larger number helps nobody, and a pasted book would make typing slow. */
export const MOST_COUNTED = 1000

const encoder = new TextEncoder()
const limit = new Uint8Array(TEXT_LIMIT_BYTES)

/**
 * `over`: this many characters, as people count them, are behind the last that still fits; `MOST_COUNTED`: or more.
 * How many fit before cannot be told, since characters differ in length: `nearlyFull` has no number.
 */
export type TextRoom = { readonly kind: 'plenty' } | { readonly kind: 'nearlyFull' } | { readonly kind: 'over'; readonly count: number }

/** How much room a text leaves. */
export function roomFor(text: string): TextRoom {
  // A UTF-16 unit takes at most three bytes, so most texts need no encoding for this.
  if (text.length * 3 <= SAID_FROM_BYTES) return { kind: 'plenty' }
  const { read, written } = encoder.encodeInto(text, limit)
  if (read < text.length) return { kind: 'over', count: countGraphemes(text.slice(read), MOST_COUNTED) }
  return written > SAID_FROM_BYTES ? { kind: 'nearlyFull' } : { kind: 'plenty' }
}
