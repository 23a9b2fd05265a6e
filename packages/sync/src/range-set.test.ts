import * as fc from 'fast-check'
import { decode, encode, LIMITS, ranges } from '@sotto/wire'
import { describe, expect, it } from 'vitest'
import { difference, hasNumber, NOTHING, numbersOf, sizeOf, unite, withinLimit, withNumber } from './range-set.ts'
import { whatTheyLack } from './missing.ts'

const numbers = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 40 })
const setOf = (members: readonly number[]) => members.reduce(withNumber, NOTHING)
const sorted = (members: Iterable<number>) => [...members].sort((a, b) => a - b)

describe('sets of iterations', () => {
  it('are cut to what one encoding takes, and forget nothing that is in them', () => {
    const set = Array.from({ length: LIMITS.rangesPerKey + 3 }, (_, i) => ({ from: 2 * i + 1, to: 2 * i + 1 }))
    const cut = withinLimit(set)
    expect(decode(ranges, encode(ranges, cut))).toEqual(cut)
    expect(cut[0]).toEqual({ from: 1, to: 7 })
    expect(difference(set, cut)).toEqual([])
    expect(withinLimit(cut)).toBe(cut)
    expect(withinLimit(NOTHING)).toBe(NOTHING)
  })

  it('hold what was put in, in whatever order it came, and have one encoding', () => {
    fc.assert(
      fc.property(numbers, (members) => {
        const set = setOf(members)
        expect([...numbersOf(set)]).toEqual(sorted(members))
        expect(sizeOf(set)).toBe(members.length)
        expect(decode(ranges, encode(ranges, set))).toEqual(set)
        expect(setOf(members.toReversed())).toEqual(set)
      }),
    )
  })

  it('subtract and unite as sets do', () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        const left = difference(setOf(a), setOf(b))
        expect([...numbersOf(left)]).toEqual(sorted(a.filter((each) => !b.includes(each))))
        expect([...numbersOf(unite(setOf(a), setOf(b)))]).toEqual(sorted(new Set([...a, ...b])))
        for (const each of b) expect(hasNumber(left, each)).toBe(false)
      }),
    )
  })

  it('that overlap or touch are refused from the wire', () => {
    const touching = new Uint8Array([0, 2, 0, 0, 0, 1, 0, 2, 0, 3])
    expect(decode(ranges, touching)).toBeUndefined()
  })
})

describe('what a peer lacks', () => {
  it('is what we hold and it does not name', () => {
    const device = new Uint8Array(32) as never
    const ours = [{ device, keyId: 1, iterations: setOf([0, 1, 2, 5]) }]
    const theirs = [{ device, keyId: 1, iterations: setOf([1]) }]
    expect(whatTheyLack(ours, theirs).map((each) => [...numbersOf(each.iterations)])).toEqual([[0, 2, 5]])
    expect(whatTheyLack(ours, ours)).toEqual([])
  })
})
