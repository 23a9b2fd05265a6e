import { expect, test } from 'vitest'
import type { Row } from './rows.ts'
import { heirOf } from './use-kept-focus.ts'

const message = (key: string): Row => ({ kind: 'message', key }) as Row
const day: Row = { kind: 'day', key: 'day', atMs: 0 }

test('the focus of a message that is gone goes to the next one, else to the one before, else to none', () => {
  const before = [day, message('a'), message('b'), message('c')]
  expect(heirOf(before, [day, message('a'), message('c')], 'b')).toBe('c')
  expect(heirOf(before, [day, message('a')], 'b')).toBe('a')
  expect(heirOf(before, [day, message('b'), message('c')], 'a')).toBe('b')
  expect(heirOf(before, [day], 'a')).toBe(null)
  expect(heirOf(before, before, 'never there')).toBe(null)
})
