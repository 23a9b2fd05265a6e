import { de } from './de.ts'
import { type Strings, en } from './en.ts'
import type { Language } from './sentences.ts'

/** The app's words, by language. */
export const STRINGS: { readonly [L in Language]: Strings } = { en, de }

/** The language to speak for a browser's language tag such as `de-AT`; English where there is none of ours. */
export function languageOf(tag: string): Language {
  const primary = tag.toLowerCase().split('-')[0] ?? ''
  return Object.hasOwn(STRINGS, primary) ? (primary as Language) : 'en'
}
