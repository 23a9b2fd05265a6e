/** What a picture is, is read from its bytes (PROTOCOL §13.40). */
import { LIMITS } from '@sotto/wire'
import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { pictureTypeOf } from './picture-type.ts'

const ascii = (text: string): number[] => Array.from(text, (char) => char.charCodeAt(0))
const big = (number: number, bytes: number): number[] => Array.from({ length: bytes }, (_, i) => (number >>> (8 * (bytes - 1 - i))) & 0xff)
const little = (number: number, bytes: number): number[] => big(number, bytes).toReversed()

const png = (width: number, height: number, ...chunks: readonly number[][]): Uint8Array =>
  Uint8Array.from([
    0x89,
    ...ascii('PNG\r\n\u001a\n'),
    ...big(13, 4),
    ...ascii('IHDR'),
    ...big(width, 4),
    ...big(height, 4),
    ...ascii('\b\u0002\0\0\0\0\0\0\0'),
    ...chunks.flat(),
    ...big(0, 4),
    ...ascii('IEND'),
    ...big(0, 4),
  ])
const jpeg = (width: number, height: number): Uint8Array =>
  Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, ...big(4, 2), 0, 0, 0xff, 0xc0, ...big(11, 2), 8, ...big(height, 2), ...big(width, 2), 1, 0, 0, 0])
const webp = (kind: string, ...fields: readonly number[]): Uint8Array =>
  Uint8Array.from([...ascii('RIFF'), 0, 0, 0, 0, ...ascii('WEBP'), ...ascii(kind), 0, 0, 0, 0, ...fields, ...Array.from({ length: 16 }, () => 0)])
const vp8 = (width: number, height: number): Uint8Array => webp('VP8 ', 0, 0, 0, 0x9d, 0x01, 0x2a, ...little(width, 2), ...little(height, 2))
const vp8l = (width: number, height: number): Uint8Array => webp('VP8L', 0x2f, ...little(((height - 1) << 14) | (width - 1), 4))
const vp8x = (width: number, height: number, flags: number): Uint8Array => webp('VP8X', flags, 0, 0, 0, ...little(width - 1, 3), ...little(height - 1, 3))

describe('a picture', () => {
  test.each([
    ['image/png', png(256, 256)],
    ['image/jpeg', jpeg(256, 128)],
    ['image/webp', vp8(256, 256)],
    ['image/webp', vp8l(256, 256)],
    ['image/webp', vp8x(256, 256, 0x10)],
  ] as const)('is known by its bytes: %s', (type, bytes) => {
    expect(pictureTypeOf(bytes)).toBe(type)
  })

  test.each([
    ['png', png(20_000, 20)],
    ['png of nothing', png(0, 10)],
    ['jpeg', jpeg(20, 20_000)],
    ['webp', vp8(16_000, 16_000)],
    ['webp without loss', vp8l(16_000, 20)],
    ['webp with more', vp8x(100_000, 20, 0)],
  ])('that would be drawn large is none: %s', (_what, bytes) => {
    expect(pictureTypeOf(bytes)).toBeNull()
  })

  it('that moves is none', () => {
    expect(pictureTypeOf(vp8x(256, 256, 0x02))).toBeNull()
    expect(pictureTypeOf(png(256, 256, [...big(8, 4), ...ascii('acTL'), ...Array.from({ length: 12 }, () => 0)]))).toBeNull()
  })

  test.each([
    ['an SVG', Uint8Array.from(ascii('<svg xmlns="http://www.w3.org/2000/svg"/>'))],
    ['a GIF', Uint8Array.from([...ascii('GIF89a'), ...big(0, 20)])],
    ['a page', Uint8Array.from(ascii('<!doctype html><script>'))],
    ['nothing', new Uint8Array()],
    ['the beginning of one', png(10, 10).slice(0, 12)],
    ['too much', Uint8Array.from([...png(10, 10), ...Array.from({ length: LIMITS.pictureBytes }, () => 0)])],
  ])('is not %s', (_what, bytes) => {
    expect(pictureTypeOf(bytes)).toBeNull()
  })

  it('is decided for whatever bytes, and soon', () => {
    const starts = [png(8, 8), jpeg(8, 8), vp8(8, 8), vp8x(8, 8, 0)].map((bytes) => bytes.slice(0, 16))
    fc.assert(
      fc.property(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 400 }), (start, rest) => {
        expect(['image/png', 'image/jpeg', 'image/webp', null]).toContain(pictureTypeOf(Uint8Array.from([...start, ...rest])))
      }),
    )
    expect(pictureTypeOf(Uint8Array.from([0xff, 0xd8, ...Array.from({ length: 32_000 }, () => 0xff)]))).toBeNull()
  })
})
