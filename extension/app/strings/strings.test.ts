import { expect, test } from 'vitest'
import { SENTENCES, STRINGS } from './all-languages.ts'
import { languageOf } from './language.ts'
import { wordsIn } from './load-words.ts'
import type { Language } from './sentences.ts'

const LANGUAGES = Object.keys(STRINGS) as Language[]
const ended = /[.…?]$/

test('a browser’s language tag finds its language, others get English', () => {
  expect(['de', 'de-AT', 'DE-CH', 'en-GB', 'fr', '', 'constructor'].map(languageOf)).toEqual(['de', 'de', 'de', 'en', 'en', 'en', 'en'])
})

test.each(LANGUAGES)('%s: what a page loads is all of that language', async (language) => {
  const { strings, sentences } = await wordsIn(language)
  expect(Object.keys(strings)).toEqual(Object.keys(STRINGS[language]))
  expect(strings.back).toBe(STRINGS[language].back)
  expect(sentences).toBe(SENTENCES[language])
})

test.each(LANGUAGES)('%s: every string says something', (language) => {
  for (const [key, value] of Object.entries(STRINGS[language])) {
    const texts =
      typeof value === 'function'
        ? [String((value as (...gaps: unknown[]) => string)('X', 2, 'Y')), String((value as (...gaps: unknown[]) => string)(1, 1, 1))]
        : [value].flat()
    for (const text of texts) {
      expect(text.trim(), key).not.toBe('')
      expect(text, key).not.toMatch(/undefined|NaN|\[object/)
    }
  }
})

/** Said of several only. */
const NEVER_OF_ONE: readonly string[] = ['showAllFound', 'typingMany']
/** `1` with what is several: a noun in the plural, in the languages that there are. */
const ONE_OF_SEVERAL =
  /(?<![\d.,])1 (?:(?:\w* )?(?:messages|members|devices|people|characters|others|seconds|minutes|hours|days)|(?:\w+ )?(?:Nachrichten|Mitglieder|Geräten?|Personen|Leute))\b/u

test.each(LANGUAGES)('%s: one of anything is one, and not several', (language) => {
  for (const [key, value] of Object.entries(STRINGS[language])) {
    if (typeof value !== 'function' || NEVER_OF_ONE.includes(key)) continue
    const said = String((value as (...gaps: unknown[]) => string)(1, 1, 1))
    expect(said, key).not.toMatch(ONE_OF_SEVERAL)
  }
})

test.each(LANGUAGES)('%s: every refusal is a whole sentence, with its numbers and without', (language) => {
  for (const code of Object.keys(SENTENCES[language].rejection) as (keyof (typeof SENTENCES)['en']['rejection'])[]) {
    for (const numbers of [{}, { limit: 8, length: 20_000 }]) {
      const sentence = SENTENCES[language].rejection[code](numbers)
      expect(sentence).toMatch(ended)
      expect(sentence).not.toMatch(/undefined|NaN/)
      // What happened, and then what was kept or what to do: more than one clause.
      expect(sentence, code).toMatch(/[.;:,] .+\.$/)
    }
  }
})

test.each(LANGUAGES)('%s: causes and ends are whole sentences', (language) => {
  const { unreadable, joinEnd } = SENTENCES[language]
  for (const cause of Object.keys(unreadable) as (keyof typeof unreadable)[]) expect(unreadable[cause]).toMatch(ended)
  for (const end of Object.keys(joinEnd) as (keyof typeof joinEnd)[]) expect(joinEnd[end]).toMatch(ended)
})

test('no language says something technical', () => {
  const technical = /\b(error|exception|null|peer id|libp2p|websocket|ciphertext|IndexedDB|multiaddr|payload|timeout)\b/i
  for (const language of LANGUAGES) {
    for (const value of Object.values(STRINGS[language])) if (typeof value === 'string') expect(value).not.toMatch(technical)
    for (const sentence of Object.values(SENTENCES[language].rejection)) expect(sentence({})).not.toMatch(technical)
  }
})
