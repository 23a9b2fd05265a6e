import { describe, expect, test } from 'vitest'
import { guessesFor } from './guessing.ts'
import { thiefTime } from './thief-time.ts'

const HOUR = 3_600 * 20_000

describe('the time that guessing takes', () => {
  test.each([
    [1, { kind: 'atOnce' }],
    [HOUR / 61, { kind: 'atOnce' }],
    [HOUR / 12, { kind: 'about', span: '5 minutes' }],
    [3 * HOUR, { kind: 'about', span: '3 hours' }],
    [24 * 21 * HOUR, { kind: 'about', span: '20 days' }],
    [24 * 365 * 2 * HOUR, { kind: 'about', span: '2 years' }],
    [24 * 365 * 1_001 * HOUR, { kind: 'never' }],
    [Infinity, { kind: 'never' }],
  ])('for %d guesses is said in words', (guesses, said) => {
    expect(thiefTime('en', guesses)).toEqual(said)
  })

  test('is said in German', () => {
    expect(thiefTime('de', 3 * HOUR)).toEqual({ kind: 'about', span: '3 Stunden' })
  })
})

describe('guessing', () => {
  const kindOf = (passphrase: string, known: readonly string[] = []) => thiefTime('en', guessesFor(passphrase, known)).kind

  test.each(['password', '12345678', 'qwertyuiop', 'Passwort1', 'sonnenschein', 'iloveyou2', 'abcabcabc', 'aaaaaaaaaaaaaaaa'])(
    'finds %s at once',
    (passphrase) => {
      expect(kindOf(passphrase)).toBe('atOnce')
    },
  )

  test.each(['gully tractor opaque velvet mosaic hinge', '9sK!2vQz#Lp0wR7t', 'Zwölf Igel lasen gestern heimlich meine Landkarten'])(
    'never finds %s',
    (passphrase) => {
      expect(kindOf(passphrase)).toBe('never')
    },
  )

  test('tries the name of the person first', () => {
    expect(guessesFor('Ximenovarka', ['Ximenovarka'])).toBeLessThan(guessesFor('Ximenovarka', []) / 1_000)
  })

  test('takes any text', () => {
    for (const text of ['', ' ', '\u0000', '🔑'.repeat(300), 'é'.repeat(2_000)]) expect(guessesFor(text, [''])).toBeGreaterThanOrEqual(0)
  })
})
