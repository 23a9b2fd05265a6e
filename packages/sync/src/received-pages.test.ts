import { compareBytes, type DeviceId, encode, type EpochId, LIMITS, type ReceivedSet } from '@sotto/wire'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { have } from '../../core/src/peers/frames/have.ts'
import { FIRST_DEVICE, LAST_DEVICE, pagesOf } from './received-pages.ts'

const device = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => bytes as DeviceId)
const ranges = fc.integer({ min: 1, max: LIMITS.rangesPerKey }).map((count) => Array.from({ length: count }, (_, i) => ({ from: 4 * i, to: 4 * i + 1 })))
const keys: fc.Arbitrary<readonly ReceivedSet[]> = fc
  .array(fc.tuple(device, fc.uniqueArray(fc.nat(60_000), { minLength: 1, maxLength: 5 }), ranges), { maxLength: 60 })
  .map((all) => all.flatMap(([each, keyIds, iterations]) => keyIds.map((keyId) => ({ device: each, keyId, iterations }))))

describe('pages of watermarks', () => {
  it('cover every device once, ascending, and each fits a frame', () => {
    fc.assert(
      fc.property(keys, (received) => {
        const pages = pagesOf(received)
        expect(pages[0]?.from).toEqual(FIRST_DEVICE)
        expect(pages.at(-1)?.to).toEqual(LAST_DEVICE)
        pages.forEach((page, i) => {
          const next = pages[i + 1]
          if (next !== undefined) expect(isNext(page.to, next.from)).toBe(true)
          for (const key of page.received) {
            expect(compareBytes(page.from, key.device)).toBeLessThanOrEqual(0)
            expect(compareBytes(key.device, page.to)).toBeLessThanOrEqual(0)
          }
          const frame = { epoch: FIRST_DEVICE as Uint8Array as EpochId, isAnswer: false, heads: [], earlier: [], ...page } as const
          expect(encode(have.fields, frame).length).toBeLessThan(LIMITS.recordBytes + 1_024)
        })
        expect(pages.reduce((sum, { received: some }) => sum + some.length, 0)).toBe(received.length)
      }),
      { numRuns: 60 },
    )
  })

  it('fit a frame also where one device has keys without end: the newest are named', () => {
    const many = Array.from({ length: 5_000 }, (_, keyId) => ({ device: FIRST_DEVICE, keyId, iterations: [{ from: 0, to: 0 }] }))
    const pages = pagesOf(many)
    expect(pages).toHaveLength(1)
    const frame = { epoch: FIRST_DEVICE as Uint8Array as EpochId, isAnswer: false, heads: [], earlier: [], ...pages[0] } as never
    expect(encode(have.fields, frame).length).toBeLessThan(LIMITS.recordBytes + 1_024)
    expect(pages[0]?.received.length).toBeGreaterThan(1_000)
    expect(pages[0]?.received[0]?.keyId).toBe(4_999)
  })

  it('are one where everything fits', () => {
    expect(pagesOf([])).toEqual([{ from: FIRST_DEVICE, to: LAST_DEVICE, received: [] }])
  })
})

/** Whether `b` is the device id right after `a`. */
function isNext(a: Uint8Array, b: Uint8Array): boolean {
  const number = (bytes: Uint8Array): bigint => BigInt(`0x${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`)
  return number(b) - number(a) === 1n
}
