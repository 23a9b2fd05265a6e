/** Longest text of a message, UTF-8 bytes. The engine refuses longer ones; the page says so before it is asked. */
export const TEXT_LIMIT_BYTES = 16 * 1024

/** From here on what is left is shown. */
const SHOWN_FROM_BYTES = TEXT_LIMIT_BYTES - 1024

const encoder = new TextEncoder()

export type TextRoom = { readonly kind: 'plenty' } | { readonly kind: 'left'; readonly count: number } | { readonly kind: 'over'; readonly count: number }

/** How much room a text leaves. Counted in bytes and called characters: for most texts here they are the same. */
export function roomFor(text: string): TextRoom {
  // A UTF-16 unit takes at most three bytes, so most texts need no encoding to be judged.
  if (text.length * 3 <= SHOWN_FROM_BYTES) return { kind: 'plenty' }
  const { length } = encoder.encode(text)
  if (length > TEXT_LIMIT_BYTES) return { kind: 'over', count: length - TEXT_LIMIT_BYTES }
  return length > SHOWN_FROM_BYTES ? { kind: 'left', count: TEXT_LIMIT_BYTES - length } : { kind: 'plenty' }
}
