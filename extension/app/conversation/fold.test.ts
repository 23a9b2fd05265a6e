import { expect, it } from 'vitest'
import { foldedText, lineCount } from './fold.ts'

it('a text that is not long is shown whole', () => {
  for (const text of ['', 'hello', 'word '.repeat(100), Array.from({ length: 20 }, (_, i) => `line ${i}`).join('\n')]) expect(foldedText(text)).toBeNull()
})

it('of a text of forty lines, and of sixteen kilobytes, the beginning is shown', () => {
  const lines = Array.from({ length: 40 }, (_, i) => `line ${i}`)
  expect(foldedText(lines.join('\n'))).toBe(`${lines.slice(0, 14).join('\n')} …`)
  const long = 'a few words '.repeat(1_365)
  const folded = foldedText(long) ?? ''
  expect(long.startsWith(folded.slice(0, -2))).toBe(true)
  expect(folded.endsWith(' …')).toBe(true)
  expect(lineCount(folded)).toBeLessThanOrEqual(15)
})

it('it is cut between words, and never inside a character', () => {
  const words = foldedText('abcdefg '.repeat(200)) ?? ''
  expect(
    words
      .slice(0, -2)
      .split(' ')
      .every((word) => word === 'abcdefg'),
  ).toBe(true)
  const family = '👨‍👩‍👧‍👦'
  const families = foldedText(family.repeat(200)) ?? ''
  expect(families.slice(0, -2).replaceAll(family, '')).toBe('')
})
