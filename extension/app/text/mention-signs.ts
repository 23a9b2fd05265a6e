/**
 * While the marks of a text are read, one character stands for each mention in it: so a mention is no word, holds no mark, and
 * is in no link. They are characters that no text has (noncharacters, U+FDD0 to U+FDEF); one that has them all the same shows
 * signs for what is unknown.
 */
import type { MentionView } from '@sotto/engine/api'

const FIRST = 0xfdd0
const SIGNS = /[\ufdd0-\ufdef]/gu
const UNKNOWN = '\ufffd'

/** Where a sign is. */
export const SIGN = /[\ufdd0-\ufdef]/u

type Place = Pick<MentionView, 'start' | 'length'>

/** The text with signs in it. */
export function withSigns(text: string, mentions: readonly Place[]): string {
  if (mentions.length === 0) return text
  let at = 0
  const parts = mentions.map(({ start, length }, index) => {
    const before = text.slice(at, start).replace(SIGNS, UNKNOWN)
    at = start + length
    return before + String.fromCharCode(FIRST + index)
  })
  return parts.join('') + text.slice(at).replace(SIGNS, UNKNOWN)
}

/** Which mention a character stands for; undefined: none. */
export function mentionOf(character: string, count: number): number | undefined {
  const index = character.charCodeAt(0) - FIRST
  return index >= 0 && index < count ? index : undefined
}

/** What the author wrote where signs are. */
export const withoutSigns = (part: string, text: string, mentions: readonly Place[]): string =>
  mentions.length === 0
    ? part
    : part.replace(SIGNS, (sign) => {
        const mention = mentions[mentionOf(sign, mentions.length) ?? -1]
        return mention === undefined ? sign : text.slice(mention.start, mention.start + mention.length)
      })
