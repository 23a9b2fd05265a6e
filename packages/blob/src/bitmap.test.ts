import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countBits, emptyBitmap, fullBitmap, hasBit, isBitmapOf, missingFrom, withBit } from './bitmap.ts'

const of = (chunks: number, indices: readonly number[]): Uint8Array => indices.reduce(withBit, emptyBitmap(chunks))

/** A number of chunks, and some of them. */
const some = fc
  .integer({ min: 1, max: 200 })
  .chain((chunks) =>
    fc.record({ chunks: fc.constant(chunks), set: fc.uniqueArray(fc.nat({ max: chunks - 1 })), other: fc.uniqueArray(fc.nat({ max: chunks - 1 })) }),
  )

describe('a bitmap of chunks', () => {
  it('has the bits that were set, and counts them', () => {
    fc.assert(
      fc.property(some, ({ chunks, set }) => {
        const bitmap = of(chunks, set)
        const found = Array.from({ length: chunks }, (_, i) => i).filter((i) => hasBit(bitmap, i))
        expect(found).toEqual(set.toSorted((a, b) => a - b))
        expect(countBits(bitmap)).toBe(set.length)
        expect(isBitmapOf(bitmap, chunks)).toBe(true)
        expect(countBits(fullBitmap(chunks))).toBe(chunks)
        expect(isBitmapOf(fullBitmap(chunks), chunks)).toBe(true)
      }),
    )
  })

  it('leaves the bitmap that it was made of as it is', () => {
    const before = emptyBitmap(3)
    withBit(before, 1)
    expect(countBits(before)).toBe(0)
  })

  it('is one of that many chunks alone', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), (chunks) => {
        expect(isBitmapOf(new Uint8Array(Math.ceil(chunks / 8) + 1), chunks)).toBe(false)
        expect(isBitmapOf(new Uint8Array(Math.ceil(chunks / 8) - 1), chunks)).toBe(false)
        // A chunk behind the last.
        if (chunks % 8 !== 0) expect(isBitmapOf(withBit(fullBitmap(chunks), chunks), chunks)).toBe(false)
      }),
    )
  })

  it('finds what is missing here and there at the other side, each once, from a place on', () => {
    fc.assert(
      fc.property(some, fc.nat({ max: 199 }), fc.integer({ min: 1, max: 210 }), ({ chunks, set, other }, from, most) => {
        const [here, there] = [of(chunks, set), of(chunks, other)]
        const all = other.filter((i) => !set.includes(i) && i % 3 !== 0)
        const found = missingFrom(here, there, from % chunks, most, (i) => i % 3 === 0)
        expect(found).toHaveLength(Math.min(most, all.length))
        expect(new Set(found).size).toBe(found.length)
        for (const index of found) expect(all).toContain(index)
      }),
    )
    expect(missingFrom(emptyBitmap(32), fullBitmap(32), 16, 4, () => false)).toEqual([16, 17, 18, 19])
    expect(missingFrom(emptyBitmap(32), of(32, [3, 20]), 16, 4, () => false)).toEqual([20, 3])
  })
})
