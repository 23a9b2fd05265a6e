/** The words of one language. */
import { isolating, type Words } from './language.ts'
import type { Language } from './sentences.ts'

/** A file for each language, so that a page loads only the one that it shows. */
const LOADED: { readonly [L in Language]: () => Promise<Words> } = {
  en: async () => {
    const { en, sentences } = await import('./en.ts')
    return { strings: isolating(en), sentences }
  },
  de: async () => {
    const { de, sentences } = await import('./de.ts')
    return { strings: isolating(de), sentences }
  },
}

/** Loads a language. */
export const wordsIn = (language: Language): Promise<Words> => LOADED[language]()
