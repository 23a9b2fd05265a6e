import { expect, it, test } from 'vitest'
import { cellAfter } from './grid-keys.ts'

const LENGTHS = [3, 2, 3]

test.each([
  ['ArrowRight', 0, 1, 0, 2],
  ['ArrowRight', 0, 2, 1, 0],
  ['ArrowLeft', 1, 0, 0, 2],
  ['ArrowLeft', 1, 1, 1, 0],
  ['ArrowDown', 0, 2, 1, 1],
  ['ArrowUp', 2, 2, 1, 1],
  ['PageDown', 0, 1, 2, 1],
  ['PageUp', 2, 0, 0, 0],
  ['Home', 2, 2, 2, 0],
  ['End', 2, 0, 2, 2],
])('%s from %i, %i leads to %i, %i', (key, row, column, toRow, toColumn) => {
  expect(cellAfter(key, { row, column }, LENGTHS)).toEqual({ row: toRow, column: toColumn })
})

it('nothing leads out of the grid', () => {
  expect(cellAfter('ArrowUp', { row: 0, column: 1 }, LENGTHS)).toBeNull()
  expect(cellAfter('ArrowLeft', { row: 0, column: 0 }, LENGTHS)).toBeNull()
  expect(cellAfter('ArrowDown', { row: 2, column: 0 }, LENGTHS)).toBeNull()
  expect(cellAfter('ArrowRight', { row: 2, column: 2 }, LENGTHS)).toBeNull()
  expect(cellAfter('a', { row: 0, column: 0 }, LENGTHS)).toBeNull()
})
