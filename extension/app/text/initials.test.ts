import { expect, test } from 'vitest'
import { initialsOf } from './initials.ts'

test.each([
  ['Mira Okafor', 'MO'],
  ['mira van den okafor', 'MO'],
  ['李', '李'],
  ['👩‍👩‍👧 Family', '👩‍👩‍👧F'],
  ['👍🏽', '👍🏽'],
  ['🇩🇪 🇫🇷', '🇩🇪🇫🇷'],
  ['e\u0301va', 'E\u0301'],
  ['\u202eevE', 'E'],
  ['– Desk (night)', 'DN'],
  ['…', ''],
  ['', ''],
])('the initials of “%s” are “%s”', (name, initials) => {
  expect(initialsOf(name)).toBe(initials)
})
