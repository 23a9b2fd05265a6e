import { expect, test } from 'vitest'
import { MOST_COUNTED, TEXT_LIMIT_BYTES, roomFor } from './text-limit.ts'

test('an ordinary text has plenty of room', () => {
  expect(roomFor('')).toEqual({ kind: 'plenty' })
  expect(roomFor('a'.repeat(15_000))).toEqual({ kind: 'plenty' })
})

test('near the limit a text is nearly full, beyond it the excess is counted', () => {
  expect(roomFor('a'.repeat(TEXT_LIMIT_BYTES - 5))).toEqual({ kind: 'nearlyFull' })
  expect(roomFor('a'.repeat(TEXT_LIMIT_BYTES))).toEqual({ kind: 'nearlyFull' })
  expect(roomFor('a'.repeat(TEXT_LIMIT_BYTES + 1))).toEqual({ kind: 'over', count: 1 })
})

test('characters are counted as people count them: 904 emoji too many are 904', () => {
  expect(roomFor('ä'.repeat(TEXT_LIMIT_BYTES / 2))).toEqual({ kind: 'nearlyFull' })
  expect(roomFor('ä'.repeat(TEXT_LIMIT_BYTES / 2 + 7))).toEqual({ kind: 'over', count: 7 })
  expect(roomFor('😀'.repeat(TEXT_LIMIT_BYTES / 4 + 904))).toEqual({ kind: 'over', count: 904 })
  expect(roomFor(`${'a'.repeat(TEXT_LIMIT_BYTES)}👩‍👩‍👧e\u0301`)).toEqual({ kind: 'over', count: 2 })
})

test('a pasted book is not counted to its end', () => {
  expect(roomFor('a'.repeat(1_000_000))).toEqual({ kind: 'over', count: MOST_COUNTED })
})
