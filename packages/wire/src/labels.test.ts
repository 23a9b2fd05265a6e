import { expect, test } from 'vitest'
import { equalBytes, fromUtf8, toHex } from './bytes.ts'
import { ALL_LABELS, L, type Label } from './labels.ts'

test('no label is a prefix of another, nor the same', () => {
  for (const [i, one] of ALL_LABELS.entries()) {
    for (const [j, other] of ALL_LABELS.entries()) {
      if (i === j) continue
      expect(equalBytes(L(other).slice(0, L(one).length), L(one)), `${one} begins ${other}`).toBe(false)
    }
  }
})

test('a label is "Sotto/1 ", its name and a zero', () => {
  expect(toHex(L('epoch'))).toBe('536f74746f2f312065706f636800')
  for (const label of ALL_LABELS) expect(fromUtf8(L(label))).toBe(`Sotto/1 ${label}\0`)
})

test('names are printable ASCII, so that none holds a zero', () => {
  for (const label of ALL_LABELS) expect(label).toMatch(/^[\x20-\x7e]+$/)
})

test('a name that is not on the list is a fault', () => {
  expect(() => L('nothing of the sort' as Label)).toThrow(RangeError)
})
