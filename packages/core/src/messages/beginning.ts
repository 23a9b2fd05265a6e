import { LIMITS } from '@sotto/wire'

/** As much of a text as quotations and lists show, without a part of a character. */
export const beginningOf = (text: string): string =>
  Array.from(text.slice(0, 2 * LIMITS.quotedCharacters))
    .slice(0, LIMITS.quotedCharacters)
    .join('')
