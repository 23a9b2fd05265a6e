/**
 * A pasted text without what mail and messengers put into it: line breaks, marks of quotation at the beginning of a line,
 * soft line breaks of quoted-printable, characters that show nothing, backslashes of markdown. Dashes that a keyboard made
 * of hyphens are hyphens again.
 */

export interface PastedText {
  readonly original: string
  readonly bare: string
  /** Where each character of `bare` is in `original`. */
  readonly places: readonly number[]
}

const INVISIBLE = /[\s\p{Cf}\\]/u
const QUOTATION_MARK = /[>|]/
const HYPHEN = /[\u2010-\u2013\u2212\uFE63\uFF0D]/
/** Keyboards make one of two hyphens. */
const LONG_DASH = '\u2014'

const isSoftBreak = (text: string, at: number): boolean => text[at] === '=' && /^=\r?\n/.test(text.slice(at, at + 3))

/** Removes what does not belong to a long code that was pasted. */
export function withoutNoise(original: string): PastedText {
  let bare = ''
  const places: number[] = []
  let isLineStart = true
  for (let at = 0; at < original.length; at++) {
    const character = original[at] ?? ''
    const isNoise = INVISIBLE.test(character) || (isLineStart && QUOTATION_MARK.test(character)) || isSoftBreak(original, at)
    if (isNoise) {
      isLineStart ||= character === '\n' || character === '\r' || character === '\u2028'
      continue
    }
    isLineStart = false
    const kept = character === LONG_DASH ? '--' : HYPHEN.test(character) ? '-' : character
    bare += kept
    for (let i = 0; i < kept.length; i++) places.push(at)
  }
  return { original, bare, places }
}
