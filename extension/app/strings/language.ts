import { isolated } from '../text/turned-text.ts'
import type { Strings } from './en.ts'
import type { Language, Sentences } from './sentences.ts'

/** The gaps of sentences are filled with texts of others. Here, once for all of them, each filling is isolated. */
export function isolating<S extends object>(strings: S): S {
  const sentences = Object.entries(strings).map(([key, value]) => {
    if (typeof value !== 'function') return [key, value]
    const fill = value as (...gaps: readonly unknown[]) => string
    return [key, (...gaps: readonly unknown[]) => fill(...gaps.map((gap) => (typeof gap === 'string' ? isolated(gap) : gap)))]
  })
  return Object.fromEntries(sentences) as S
}

/** What the app says in a language. */
export interface Words {
  readonly strings: Strings
  readonly sentences: Sentences
}

/** English, and the others. */
const LANGUAGES: readonly string[] = ['en', 'de'] satisfies readonly Language[]

/** The app's language for a browser's language tag such as `de-AT`; English if there is none of ours. */
export function languageOf(tag: string): Language {
  const primary = tag.toLowerCase().split('-')[0] ?? ''
  return LANGUAGES.includes(primary) ? (primary as Language) : 'en'
}
