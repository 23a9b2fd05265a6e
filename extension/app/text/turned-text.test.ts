import { expect, test } from 'vitest'
import { TURN_SIGN, isolated, untwistedParts } from './turned-text.ts'

test('a name without a direction is put into a sentence unchanged', () => {
  for (const name of ['Eve', 'Zoë 李', '👩‍👩‍👧', '']) expect(isolated(name)).toBe(name)
})

test('a name that would reverse a sentence reverses nothing, and shows that it would', () => {
  expect(isolated('Eve\u202e')).toBe(`\u2068Eve${TURN_SIGN}\u2069`)
  expect(isolated('\u202devE')).toBe(`\u2068${TURN_SIGN}evE\u2069`)
})

test('a name cannot affect the text around it', () => {
  expect(isolated('Eve\u2069\u202a and everybody')).toBe('\u2068Eve and everybody\u2069')
})

test('a name that runs from right to left keeps its own direction', () => {
  expect(isolated('مريم')).toBe('\u2068مريم\u2069')
  expect(isolated('רות')).toBe('\u2068רות\u2069')
})

test('a text is split where it would reverse, and nothing else of it is lost', () => {
  expect(untwistedParts('report-\u202efdp.exe')).toEqual(['report-', 'fdp.exe'])
  expect(untwistedParts('שלום \u2067x\u2069')).toEqual(['שלום \u2067x\u2069'])
})
