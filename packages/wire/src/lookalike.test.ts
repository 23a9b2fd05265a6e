import { describe, expect, it, test } from 'vitest'
import { lookalikeKeys, skeletonOf } from './lookalike.ts'
import { nameFrom } from './shown-name.ts'

const areAlike = (a: string, b: string): boolean => {
  const keys = lookalikeKeys(nameFrom(a))
  return lookalikeKeys(nameFrom(b)).some((key) => keys.includes(key))
}

describe('Alice can be taken for', () => {
  it.each([
    ['a Cyrillic А', '\u0410lice'],
    ['all Cyrillic and Greek', '\u0391l\u0456\u0441\u0435'],
    ['a capital I for the l', 'AIice'],
    ['a one for the l', 'A1ice'],
    ['letters of mathematics', '𝐀𝐥𝐢𝐜𝐞'],
    ['letters of full width', 'Ａｌｉｃｅ'],
    ['other case', 'ALICE'],
    ['zero width', 'Al\u200bice'],
    ['a mark behind it', 'Alice ✔'],
    ['a stop behind it', 'Alice.'],
    ['spaces in it', 'A l i c e'],
  ])('%s', (_what, other) => {
    expect(areAlike('Alice', other)).toBe(true)
  })

  it.each(['Alicia', 'Bob', 'Alice 2', 'Elise', 'Älice', 'Ali'])('and not for %s', (other) => {
    expect(areAlike('Alice', other)).toBe(false)
  })
})

test('other scripts and pictures have their likenesses too', () => {
  expect(areAlike('modern', 'rnodem')).toBe(true)
  expect(areAlike('Олег', 'Oлeг')).toBe(true)
  expect(areAlike('👩‍👩‍👧', '👩 👩 👧')).toBe(true)
  expect(areAlike('👩', '👧')).toBe(false)
  expect(areAlike('李', '季')).toBe(false)
})

test('the skeleton is that of UTS 39', () => {
  expect(skeletonOf('ρ⍺у𝓅𝒂ן')).toBe(skeletonOf('paypal'))
  expect(skeletonOf('1')).toBe('l')
  expect(skeletonOf('m')).toBe('rn')
  expect(skeletonOf('a\u200db')).toBe('ab')
})

test('every name that shows something has a key', () => {
  for (const name of ['.', '—', '👍', 'ا', '7', '🇩🇪']) expect(lookalikeKeys(name).length, name).toBeGreaterThan(0)
})
