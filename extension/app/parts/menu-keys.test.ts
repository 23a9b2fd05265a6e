import { expect, it } from 'vitest'
import { itemAfterKey } from './menu-keys.ts'

const NAMES = ['Pin', 'Mark as unread', 'Archive', 'Mute for 1 hour']

it('arrows go round, Home and End to the ends, a letter to the next item that begins with it', () => {
  expect(itemAfterKey('ArrowDown', 3, NAMES)).toBe(0)
  expect(itemAfterKey('ArrowUp', 0, NAMES)).toBe(3)
  expect(itemAfterKey('Home', 2, NAMES)).toBe(0)
  expect(itemAfterKey('End', 0, NAMES)).toBe(3)
  expect(itemAfterKey('m', 0, NAMES)).toBe(1)
  expect(itemAfterKey('M', 1, NAMES)).toBe(3)
  expect(itemAfterKey('m', 3, NAMES)).toBe(1)
})

it('other keys lead nowhere', () => {
  for (const key of ['x', ' ', 'Enter', 'Shift', 'ArrowLeft', '👍']) expect(itemAfterKey(key, 0, NAMES)).toBeNull()
})
