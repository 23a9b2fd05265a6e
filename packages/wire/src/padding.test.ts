import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { LIMITS } from './limits.ts'
import { isLadderLength, ladderLength, pad, unpad } from './padding.ts'

const length = fc.integer({ min: 0, max: LIMITS.recordBytes })

test('a length goes up to a rung, by at most 12 % beyond the smallest, and a rung stays', () => {
  fc.assert(
    fc.property(length, (lengthBytes) => {
      const rung = ladderLength(lengthBytes)
      expect(rung).toBeGreaterThanOrEqual(lengthBytes)
      expect(ladderLength(rung)).toBe(rung)
      expect(isLadderLength(rung)).toBe(true)
      if (lengthBytes > LIMITS.smallestRecordBytes) expect(rung / lengthBytes).toBeLessThanOrEqual(1.12)
    }),
    { numRuns: 2_000 },
  )
})

test('the ladder ascends and has few rungs', () => {
  const rungs = new Set<number>()
  let before = 0
  for (let lengthBytes = 0; lengthBytes <= LIMITS.recordBytes; lengthBytes++) {
    const rung = ladderLength(lengthBytes)
    expect(rung >= before).toBe(true)
    before = rung
    rungs.add(rung)
  }
  expect(rungs.size).toBeLessThan(140)
  expect(Math.min(...rungs)).toBe(LIMITS.smallestRecordBytes)
  expect(before).toBe(LIMITS.recordBytes)
})

/** Padmé of the paper's §4 keeps the top ⌊log₂ log₂ L⌋ + 1 bits after the first. */
test.for([
  [256, 256],
  [257, 272],
  [273, 288],
  [1000, 1024],
  [1025, 1088],
  [10_000, 10_240],
  [65_000, 65_536],
] as const)('%i goes up to %i', ([lengthBytes, rung]) => {
  expect(ladderLength(lengthBytes)).toBe(rung)
})

test('what was padded has a rung with its overhead, and comes back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3000 }), fc.integer({ min: 0, max: 200 }), (plaintext, overheadBytes) => {
      const padded = pad(plaintext, overheadBytes)
      expect(isLadderLength(padded.length + overheadBytes)).toBe(true)
      expect(unpad(padded)).toEqual(plaintext)
    }),
  )
})

test('plaintexts that end in the padding itself come back', () => {
  for (const plaintext of [Uint8Array.of(0x80), Uint8Array.of(0x80, 0, 0), Uint8Array.of(0, 0), new Uint8Array(0)]) {
    expect(unpad(pad(plaintext, 89))).toEqual(plaintext)
  }
})

test('bytes without padding are refused, whatever they are', () => {
  expect(unpad(new Uint8Array(0))).toBeUndefined()
  expect(unpad(new Uint8Array(256))).toBeUndefined()
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20 }), fc.nat(8), (plaintext, zeros) => {
      const last = plaintext.findLast((byte) => byte !== 0)
      const read = unpad(new Uint8Array([...plaintext, ...new Uint8Array(zeros)]))
      expect(read === undefined).toBe(last !== 0x80)
    }),
  )
})
