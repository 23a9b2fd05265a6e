/** All languages at once, for tests: a page loads one. */
import { de, sentences as german } from './de.ts'
import { en, sentences as english } from './en.ts'
import { isolating, type Words } from './language.ts'
import type { Language } from './sentences.ts'

type OfEach<K extends keyof Words> = { readonly [L in Language]: Words[K] }

/** The app's words, by language. */
export const STRINGS: OfEach<'strings'> = { en: isolating(en), de: isolating(de) }

/** Every sentence, by language. */
export const SENTENCES: OfEach<'sentences'> = { en: english, de: german }
