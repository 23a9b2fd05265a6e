import { LIMITS } from '@sotto/wire'
import type { ShownFile } from '../state/tables/files.ts'

/** As much of a text as quotations and lists show, without a part of a character. */
export const beginningOf = (text: string): string =>
  Array.from(text.slice(0, 2 * LIMITS.quotedCharacters))
    .slice(0, LIMITS.quotedCharacters)
    .join('')

/** What stands for a message that has files and no text. */
export const namesOf = (files: readonly ShownFile[]): string => beginningOf(files.map(({ name }) => name).join(', '))
