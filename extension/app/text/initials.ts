import { graphemesOf } from './graphemes.ts'

/** What can represent a word: a letter, a digit, a picture or half of a flag. */
const PICKED = /[\p{L}\p{N}\p{Extended_Pictographic}\p{Regional_Indicator}]/u

function firstOf(word: string): string | undefined {
  for (const grapheme of graphemesOf(word)) if (PICKED.test(grapheme)) return grapheme.toLocaleUpperCase()
  return undefined
}

/** Up to two initials of a name, none of them cut; empty if it has none. */
export function initialsOf(name: string): string {
  const initials = name.split(/\s+/).flatMap((word) => firstOf(word) ?? [])
  return initials.length > 1 ? `${initials[0] ?? ''}${initials.at(-1) ?? ''}` : (initials[0] ?? '')
}
