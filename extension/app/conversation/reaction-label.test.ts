import { expect, test } from 'vitest'
import { STRINGS } from '../strings/all-languages.ts'
import { reactionLabel } from './reaction-label.ts'

const called = (name: string) => ({ name, another: 0 })
const english = (people: readonly string[], own: boolean) => reactionLabel(STRINGS.en, 'en-GB', { emoji: '👍', people: people.map(called), own })
const german = (people: readonly string[], own: boolean) => reactionLabel(STRINGS.de, 'de-AT', { emoji: '👍', people: people.map(called), own })

test('the people who put it there are named, oneself last', () => {
  expect(english(['Alice'], false)).toBe('👍 Alice')
  expect(english(['Alice'], true)).toBe('👍 Alice and you')
  expect(english(['Alice', 'Ben'], true)).toBe('👍 Alice, Ben and you')
  expect(german(['Alice', 'Ben'], true)).toBe('👍 Alice, Ben und du')
})

test('two people of one name are told apart', () => {
  const people = [called('Alice'), { name: 'Alice', another: 1 }]
  expect(reactionLabel(STRINGS.en, 'en-GB', { emoji: '👍', people, own: false })).toBe('👍 Alice and another Alice ②')
})

test('oneself alone begins the sentence', () => {
  expect(english([], true)).toBe('👍 You')
  expect(german([], true)).toBe('👍 Du')
})

test('a person without a name is called somebody, and a name reverses nothing but itself', () => {
  expect(english(['', 'Alice'], false)).toBe('👍 Somebody and Alice')
  expect(english(['Eve\u202e', 'Alice'], true)).toBe('👍 \u2068Eve⇄\u2069, Alice and you')
})

test('of very many people some are named and the others counted, never oneself', () => {
  const people = Array.from({ length: 14 }, (_, index) => `N${index}`)
  expect(english(people, true)).toMatch(/^👍 N0, .*, N11, 2 others and you$/)
  expect(german(people.slice(0, 13), true)).toMatch(/, N11, 1 Person mehr und du$/)
  expect(english(people.slice(0, 12), false)).toMatch(/, N10 and N11$/)
})
