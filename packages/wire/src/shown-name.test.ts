import { array, assert, constantFrom, oneof, property, string } from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { LIMITS } from './limits.ts'
import { nameFrom, readName } from './shown-name.ts'

describe('names as people write them stay as they are', () => {
  it.each([
    'Alice',
    'Zoë O’Brien-Müller',
    'Nguyễn Thị Minh Khai',
    '李小龍',
    'مريم',
    'שרה',
    'दीपा',
    'R2-D2 (work)',
    '👩‍👩‍👧',
    '❤️',
    '🏴󠁧󠁢󠁳󠁣󠁴󠁿 Mairi',
    '1️⃣',
    '👩🏽‍🚀',
    // Persian and Sinhala are spelled with joiners.
    'می‌خواهم',
    'ශ්‍රී',
    'क्‍ष',
    // An ideograph in the form that its bearer uses.
    '葛\u{e0100}城',
  ])('%s', (name) => {
    expect(nameFrom(name)).toBe(name)
  })
})

describe('what is drawn as nothing, or changes what is around it, is taken out', () => {
  it.each([
    ['zero width', 'Al\u200bi\u2060ce\ufeff', 'Alice'],
    ['joiners where no spelling needs them', 'A\u200dl\u200cice', 'Alice'],
    ['soft hyphen and grapheme joiner', 'Al\u00adi\u034fce', 'Alice'],
    ['direction', '\u202eecilA\u202c \u2066B\u2069 \u200f\u061c', 'ecilA B'],
    ['controls and line breaks', ' Alice\n\tB\u0000ob\u2028\r', 'Alice Bob'],
    ['kinds of space', 'Alice\u00a0\u3000\u2003Bob\u2800', 'Alice Bob'],
    ['Hangul fillers', '\u3164Alice\u115f\uffa0', 'Alice'],
    ['a tag that ends no flag', 'Alice\u{e0041}\u{e0042}', 'Alice'],
    ['tags that hide a text behind a flag', '🏴\u{e0041}\u{e0042}\u{e0043}', '🏴'],
    ['selectors behind letters', 'A\ufe0fl\ufe0eice\u{e0101}', 'Alice'],
    ['private use', 'Alice\ue000\u{f8ff}\u{100000}', 'Alice'],
    ['annotation', 'Alice\ufff9\ufffa\ufffb', 'Alice'],
    ['marks before the first letter', '\u0301\u20ddAlice', 'Alice'],
    ['ticks that say verified', 'Alice ✓✔️✅', 'Alice'],
    ['numbers in circles, which tell people apart', 'Alice ② ⑳ ❷ ⓪ ⓿ ➓', 'Alice 2 20 2 0 0 10'],
    ['a joiner at the end of an emoji', '👩\u200d', '👩'],
  ])('%s', (_what, written, name) => {
    expect(nameFrom(written)).toBe(name)
  })

  it('a tower of marks keeps as many as any script needs', () => {
    expect([...nameFrom(`A${'\u0316'.repeat(40)}lice`)].length).toBe('Alice'.length + LIMITS.marksInARow)
  })
})

test('composed and decomposed letters are one name', () => {
  expect(nameFrom('Zoe\u0308')).toBe('Zo\u00eb')
  expect(nameFrom('\u212bsa')).toBe('\u00c5sa')
})

test.each(['', '  ', '\u3164\u200b', '\u202e', '\u0301', '\ud800', 'Alice\udc00'])('%j is no name', (text) => {
  expect(readName(text)).toEqual({ code: 'empty' })
  expect(nameFrom(text)).toBe('')
})

test('a name is as long in bytes as a record has room for, in its one form', () => {
  expect(readName('é'.repeat(LIMITS.nameBytes / 2))).toEqual({ name: 'é'.repeat(LIMITS.nameBytes / 2) })
  expect(readName('é'.repeat(LIMITS.nameBytes / 2) + '\u200b'.repeat(100))).toHaveProperty('name')
  expect(readName('é'.repeat(LIMITS.nameBytes / 2 + 1))).toEqual({ code: 'tooLong', lengthBytes: LIMITS.nameBytes + 2 })
})

const HOSTILE = [
  '\u200b',
  '\u200c',
  '\u200d',
  '\ufe0f',
  '\u{e0100}',
  '\u{1f3f4}',
  '\u{e0067}',
  '\u{e007f}',
  '\u202e',
  '\u0301',
  '\u094d',
  'क',
  'م',
  '👩',
  'e',
  ' ',
  '1',
  '\u20e3',
  '\u2800',
]

test('reading a name again changes nothing, whatever it is made of', () => {
  const texts = oneof(
    string({ unit: 'binary', maxLength: 40 }),
    array(constantFrom(...HOSTILE), { maxLength: 24 }).map((parts) => parts.join('')),
  )
  assert(
    property(texts, (text) => {
      const name = nameFrom(text)
      expect(nameFrom(name)).toBe(name)
      expect(name).toBe(name.normalize('NFC').trim())
      expect(name).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b\p{Cc}]/u)
    }),
    { numRuns: 500 },
  )
})
