import { expect, test } from 'vitest'
import { showsSomething } from './visible-text.ts'

const named = (point: number): string => `U+${point.toString(16).toUpperCase().padStart(4, '0')}`

test('what people write shows something: letters of every script, digits, signs, emoji and flags', () => {
  for (const text of ['Eve', ' a ', '李', 'ع', 'नी', '7', '.', '—', '👩‍👩‍👧', '🇩🇪', '1️⃣', '\u202eEve', '\u0600', 'e\u0301', '\ufffd'])
    expect(showsSomething(text), JSON.stringify(text)).toBe(true)
})

test.each(
  [
    0x20, 0xa0, 0x3000, 0x0a, 0x00, 0x7f, 0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x17b4, 0x180e, 0x200b, 0x200d, 0x200f, 0x202a, 0x202d, 0x202e, 0x2028, 0x2060,
    0x2066, 0x2069, 0x2800, 0x3164, 0xfe0f, 0xfeff, 0xffa0, 0xfffa, 0x13441, 0x16fe4, 0x1d159, 0x1d173, 0xe0001, 0xe0041,
  ].map((point) => [named(point), String.fromCodePoint(point)] as const),
)('%s alone shows nothing, nor does a row of it', (_name, character) => {
  expect(showsSomething(character)).toBe(false)
  expect(showsSomething(` ${character.repeat(9)}\u200b`)).toBe(false)
  expect(showsSomething(`${character}x`)).toBe(true)
})

test('an empty text and marks with no letter under them show nothing', () => {
  for (const text of ['', '\u0301', ' \u0301\u20dd']) expect(showsSomething(text), JSON.stringify(text)).toBe(false)
})
