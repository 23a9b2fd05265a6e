import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { bitsBelow, bitsDescending, commonBits, countBits, hasBit, missingBits, NO_BITS, sameBits, unionBits } from './bits.ts'

const numbers = fc.uniqueArray(fc.nat(200))

test('bits are sets of small numbers', () => {
  fc.assert(
    fc.property(numbers, numbers, (a, b) => {
      const [bitsOfA, bitsOfB] = [unionBits([], a), unionBits([NO_BITS], b)]
      const descending = (values: Iterable<number>): number[] => [...values].toSorted((x, y) => y - x)
      expect([...bitsDescending(bitsOfA)]).toEqual(descending(a))
      expect(countBits(bitsOfA)).toBe(a.length)
      expect([...bitsDescending(unionBits([bitsOfA, bitsOfB], []))]).toEqual(descending(new Set([...a, ...b])))
      expect([...bitsDescending(commonBits(bitsOfA, bitsOfB))]).toEqual(descending(a.filter((each) => b.includes(each))))
      for (let i = 0; i <= 300; i++) expect(hasBit(bitsOfA, i)).toBe(a.includes(i))
      for (const other of [bitsOfB, bitsBelow(bitsOfA, 100), unionBits([bitsOfA], [])]) {
        expect(sameBits(bitsOfA, other)).toBe(String([...bitsDescending(bitsOfA)]) === String([...bitsDescending(other)]))
      }
      for (const end of [0, 31, 32, 100, 201]) {
        expect([...missingBits(bitsOfA, end)]).toEqual(Array.from({ length: end }, (_, i) => i).filter((i) => !a.includes(i)))
        expect([...bitsDescending(bitsBelow(bitsOfA, end))]).toEqual(descending(a.filter((each) => each < end)))
      }
    }),
  )
})
