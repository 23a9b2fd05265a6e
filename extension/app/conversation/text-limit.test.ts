import { expect, test } from 'vitest'
import { TEXT_LIMIT_BYTES, roomFor } from './text-limit.ts'

test('an ordinary text has plenty of room', () => {
  expect(roomFor('')).toEqual({ kind: 'plenty' })
  expect(roomFor('a'.repeat(15_000))).toEqual({ kind: 'plenty' })
})

test('near the limit what is left is counted, beyond it what is too much', () => {
  expect(roomFor('a'.repeat(TEXT_LIMIT_BYTES - 5))).toEqual({ kind: 'left', count: 5 })
  expect(roomFor('a'.repeat(TEXT_LIMIT_BYTES))).toEqual({ kind: 'left', count: 0 })
  expect(roomFor('a'.repeat(TEXT_LIMIT_BYTES + 1))).toEqual({ kind: 'over', count: 1 })
})

test('letters of several bytes count as such', () => {
  expect(roomFor('ä'.repeat(TEXT_LIMIT_BYTES / 2))).toEqual({ kind: 'left', count: 0 })
  expect(roomFor('😀'.repeat(TEXT_LIMIT_BYTES / 4 + 1))).toEqual({ kind: 'over', count: 4 })
})
