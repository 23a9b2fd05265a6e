import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { fold } from './fold.ts'
import { queryOf } from './query.ts'
import { snippetOf } from './snippet.ts'
import { MAYBE_UNSPACED, termsOf, UNSPACED, WORD_LENGTH, wordsOf } from './words.ts'

it.each([
  ['The Cake, the cake!', ['the', 'cake']],
  ['Zürich – Crème brûlée', ['zurich', 'creme', 'brulee']],
  ['Straße STRASSE', ['strasse']],
  ['ΟΔΟΣ οδός', ['οδοσ']],
  ['İstanbul ISTANBUL ıstanbul', ['istanbul']],
  ['Ｗｉｄｅ ﬁne', ['wide', 'fine']],
  ['שָׁלוֹם שלום', ['שלום']],
  ['مُحَمَّد محمد', ['محمد']],
  ['don’t re-read e-mail 3.14 a_b', ['don', 't', 're', 'read', 'e', 'mail', '3', '14', 'a', 'b']],
  ['https://example.org/lunch?day=2', ['https', 'example', 'org', 'lunch', 'day', '2']],
  ['🎂 — … !?', []],
  ['', []],
])('the words of %j', (text, words) => {
  expect(termsOf(text)).toEqual(words)
})

it('keeps the vowel signs that make other words of the same letters', () => {
  expect(termsOf('कि')).not.toEqual(termsOf('का'))
  expect(termsOf('ไม้')).not.toEqual(termsOf('ไม่'))
})

it('finds words where none are parted by spaces', () => {
  expect(termsOf('東京に行きました')).toContain('東京')
  expect(termsOf('สวัสดีครับ วันนี้').length).toBeGreaterThan(2)
})

const texts = fc.string({ unit: 'grapheme', maxLength: 60 })

it('knows a text in every form of Unicode, and in capitals', () => {
  fc.assert(
    fc.property(texts, (text) => {
      for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD'] as const) expect(fold(text.normalize(form))).toBe(fold(text))
      expect(fold(fold(text))).toBe(fold(text))
    }),
  )
})

it('looks closer at every text that may have such a script', () => {
  const missed: string[] = []
  for (let point = 0; point <= 0x10_ff_ff; point++) {
    const character = String.fromCodePoint(point)
    if (UNSPACED.test(character) && !MAYBE_UNSPACED.test(character)) missed.push(point.toString(16))
  }
  expect(missed).toEqual([])
  fc.assert(
    fc.property(fc.oneof(texts, fc.string({ unit: 'binary' })), (text) => {
      expect(termsOf(text)).toEqual([...new Set([...wordsOf(text)].map(({ term }) => term))])
    }),
  )
})

it('says where each word stands, and never more of it than fits', () => {
  fc.assert(
    fc.property(fc.oneof(texts, fc.string({ unit: 'binary' })), (text) => {
      let end = 0
      for (const { term, from, to } of wordsOf(text)) {
        expect(from).toBeGreaterThanOrEqual(end)
        expect(to).toBeGreaterThan(from)
        expect(to).toBeLessThanOrEqual(text.length)
        expect(term.length).toBeLessThanOrEqual(WORD_LENGTH)
        expect(term.isWellFormed()).toBe(true)
        expect(term).not.toMatch(/\n/)
        end = to
      }
    }),
  )
})

it('takes only so many words of one text, and of a query', () => {
  const many = Array.from({ length: 5_000 }, (_, i) => `word${i}`).join(' ')
  expect(termsOf(many).join('\n').length).toBeLessThanOrEqual(20_000)
  expect(queryOf(many)).toHaveLength(8)
  expect(queryOf('a'.repeat(10_000))).toEqual(['a'.repeat(WORD_LENGTH)])
  expect(queryOf('can cant')).toEqual(['cant'])
})

const shown = (text: string, query: string): string | undefined => {
  const snippet = snippetOf(text, queryOf(query))
  if (snippet === undefined) return undefined
  const middle = snippet.parts.map(({ text: part, isHit }) => (isHit ? `[${part}]` : part)).join('')
  return `${snippet.isCutBefore ? '…' : ''}${middle}${snippet.isCutBehind ? '…' : ''}`
}

it.each([
  ['Who brings the cake on Sunday?', 'cake sun', 'Who brings the [cake] on [Sunday]?'],
  ['Crème brûlée', 'brulee', 'Crème [brûlée]'],
  ['Who brings the cake?', 'cake monday', undefined],
  ['', 'cake', undefined],
])('of %j with %j shows %j', (text, query, expected) => {
  expect(shown(text, query)).toBe(expected)
})

it('shows the part of a long text that has the first hit, and cuts no character', () => {
  const text = `${'before it '.repeat(40)}needle 👩‍👩‍👧 ${'behind 😀 '.repeat(60)}`
  const snippet = snippetOf(text, queryOf('needle'))
  const all = snippet?.parts.map((part) => part.text).join('') ?? ''
  expect(all).toContain('needle')
  expect(all.length).toBeLessThanOrEqual(141)
  expect(all.isWellFormed()).toBe(true)
  expect(snippet).toMatchObject({ isCutBefore: true, isCutBehind: true })
})
