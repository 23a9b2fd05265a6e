import { isolated } from '../text/turned-text.ts'
import { de } from './de.ts'
import { type Strings, en } from './en.ts'
import type { Language } from './sentences.ts'

/** The gaps of sentences are filled with texts of others. Here, once for all of them, each filling is isolated. */
function isolating(strings: Strings): Strings {
  const sentences = Object.entries(strings).map(([key, value]) => {
    if (typeof value !== 'function') return [key, value]
    const fill = value as (...gaps: readonly unknown[]) => string
    return [key, (...gaps: readonly unknown[]) => fill(...gaps.map((gap) => (typeof gap === 'string' ? isolated(gap) : gap)))]
  })
  return Object.fromEntries(sentences) as Strings
}

/** The app's words, by language. */
export const STRINGS: { readonly [L in Language]: Strings } = { en: isolating(en), de: isolating(de) }

/** The app's language for a browser's language tag such as `de-AT`; English if there is none of ours. */
export function languageOf(tag: string): Language {
  const primary = tag.toLowerCase().split('-')[0] ?? ''
  return Object.hasOwn(STRINGS, primary) ? (primary as Language) : 'en'
}
