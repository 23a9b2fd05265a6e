import { concat, LIMITS } from '@sotto/wire'
import { zlibSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { bytesOf16, bytesOf32, fromLatin1 } from './fields.ts'
import { cleanPicture } from './clean-picture.ts'
import { pictureSize } from './picture-size.ts'
import { chunkOf, PNG_SIGNATURE } from './png/read-png.ts'
import type { PictureRefusal } from './refused.ts'
import { fixture, indexOfText, lastIndexOfText, PICTURES, withBytes } from './testing/fixture.ts'

/** Both entrances read with the same eyes. */
function expectRefusal(bytes: Uint8Array, refusal: PictureRefusal): void {
  expect(pictureSize(bytes)).toEqual({ ok: false, refusal })
  expect(cleanPicture(bytes)).toEqual({ ok: false, refusal })
}

const png = (width: number, height: number, ...chunks: readonly Uint8Array[]): Uint8Array =>
  concat(
    PNG_SIGNATURE,
    chunkOf('IHDR', concat(bytesOf32(width), bytesOf32(height), Uint8Array.of(8, 0, 0, 0, 0))),
    ...chunks,
    chunkOf('IDAT', zlibSync(new Uint8Array(100))),
    chunkOf('IEND', new Uint8Array(0)),
  )

describe('pixels', () => {
  test('as many as the limit are taken, and one more is not, however they lie', () => {
    expect(LIMITS.picturePixelsInAll).toBe(40_000_000)
    expect(pictureSize(png(8000, 5000))).toMatchObject({ ok: true, width: 8000, height: 5000 })
    expect(pictureSize(png(40_000_000, 1))).toMatchObject({ ok: true })
    expectRefusal(png(40_000_001, 1), 'tooManyPixels')
    expectRefusal(png(8001, 5000), 'tooManyPixels')
  })

  test('a PNG bomb is refused by its header, with all of its rows behind it', () => {
    expectRefusal(png(0xffff_ffff, 0xffff_ffff), 'tooManyPixels')
    expectRefusal(png(60_000, 60_000, chunkOf('IDAT', zlibSync(new Uint8Array(10_000_000)))), 'tooManyPixels')
  })

  test.each([
    [0, 5],
    [5, 0],
    [0, 0],
  ])('%i times %i are none', (width, height) => {
    expectRefusal(png(width, height), 'noPixels')
  })
})

describe('every kind', () => {
  test.each(PICTURES)('$name, cut anywhere, is refused', ({ name }) => {
    const bytes = fixture(name)
    for (let length = bytes.length - 1; length >= 0; length -= length > 600 ? 97 : 1) {
      const size = pictureSize(bytes.subarray(0, length))
      // A GIF whose last block is whole lacks the trailer alone.
      if (!name.endsWith('.gif') || length < bytes.length - 1) expect(size, `${length} bytes`).toMatchObject({ ok: false })
    }
  })

  test.each(PICTURES)('$name is known to move, or not to', ({ name }) => {
    expect(pictureSize(fixture(name))).toMatchObject({ isAnimated: name.startsWith('animated') })
  })

  test('HEIC is told apart, and all else is of no kind', () => {
    expectRefusal(fromLatin1('\0\0\0\x18ftypheic\0\0\0\0mif1heic'), 'notSupported')
    expectRefusal(fromLatin1('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'unknownKind')
    expectRefusal(new Uint8Array(0), 'unknownKind')
  })
})

describe('many small parts', () => {
  const many = (one: Uint8Array): Uint8Array => {
    const all = new Uint8Array(300_000 * one.length)
    for (let at = 0; at < all.length; at += one.length) all.set(one, at)
    return all
  }
  const before = (bytes: Uint8Array, at: number, parts: Uint8Array): Uint8Array => concat(bytes.subarray(0, at), parts, bytes.subarray(at))

  test('are read and written, and their number breaks nothing', () => {
    const jpeg = fixture('baseline.jpg')
    expect(cleanPicture(before(jpeg, lastIndexOfText(jpeg, '\xff\xdb'), many(Uint8Array.of(0xff, 0xdd, 0, 4, 0, 0))))).toMatchObject({ ok: true })
    expect(cleanPicture(png(10, 10, many(chunkOf('IDAT', new Uint8Array(0)))))).toMatchObject({ ok: true })
    const gif = fixture('animated.gif')
    const frame = Uint8Array.of(0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 1, 0, 0)
    expect(cleanPicture(before(gif, gif.length - 1, many(frame)))).toMatchObject({ ok: true })
    const webp = before(fixture('animated.webp'), fixture('animated.webp').length, many(concat(fromLatin1('ALPH'), new Uint8Array(4))))
    expect(cleanPicture(withBytes(webp, 4, (webp.length - 8) & 0xff, ((webp.length - 8) >> 8) & 0xff, (webp.length - 8) >> 16))).toMatchObject({ ok: true })
  })

  test('of an AVIF are as many as a picture needs', () => {
    const avif = fixture('turned.avif')
    const [table, meta] = [indexOfText(avif, 'iinf') - 4, indexOfText(avif, 'meta') - 4]
    const entries = many(concat(bytesOf32(21), fromLatin1('infe'), bytesOf32(0x0200_0000), Uint8Array.of(1, 0, 0, 0), fromLatin1('abcd\0')))
    const longer = (bytes: Uint8Array, at: number): Uint8Array => {
      const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(at) + entries.length
      return withBytes(bytes, at, ...bytesOf32(length))
    }
    const tableEnd = table + new DataView(avif.buffer, avif.byteOffset).getUint32(table)
    expectRefusal(before(longer(longer(avif, table), meta), tableEnd, entries), 'notSupported')
  })
})

describe('PNG', () => {
  const frame = (width: number, height: number, left: number, top: number): Uint8Array =>
    chunkOf('fcTL', concat(bytesOf32(0), bytesOf32(width), bytesOf32(height), bytesOf32(left), bytesOf32(top), new Uint8Array(6)))
  const animation = chunkOf('acTL', concat(bytesOf32(1), bytesOf32(0)))

  test('a frame of an animation lies inside the picture', () => {
    expect(pictureSize(png(10, 10, animation, frame(10, 10, 0, 0)))).toMatchObject({ ok: true, width: 10, height: 10 })
    expectRefusal(png(10, 10, animation, frame(10, 10, 1, 0)), 'contradictory')
    expectRefusal(png(10, 10, animation, frame(0xffff_ffff, 1, 0xffff_ffff, 0)), 'contradictory')
  })

  test('a second header, a header elsewhere, a wrong checksum and an unknown critical chunk are refused', () => {
    const header = chunkOf('IHDR', concat(bytesOf32(1), bytesOf32(1), new Uint8Array(5)))
    expectRefusal(png(10, 10, header), 'contradictory')
    expectRefusal(concat(PNG_SIGNATURE, chunkOf('IEND', new Uint8Array(0)), png(10, 10).subarray(8)), 'damaged')
    expectRefusal(withBytes(png(10, 10), 20, 9), 'damaged')
    expectRefusal(png(10, 10, chunkOf('CgBI', new Uint8Array(4))), 'notSupported')
  })

  test('its data lies in one piece', () => {
    expectRefusal(png(10, 10, chunkOf('IDAT', new Uint8Array(4)), chunkOf('gAMA', new Uint8Array(4))), 'damaged')
  })
})

describe('JPEG', () => {
  const bytes = fixture('baseline.jpg')
  const frameAt = lastIndexOfText(bytes, '\xff\xc0')
  const frame = bytes.subarray(frameAt, frameAt + 2 + 17)
  const withBefore = (at: number, ...more: readonly Uint8Array[]): Uint8Array => concat(bytes.subarray(0, at), ...more, bytes.subarray(at))

  test('a second frame is refused, wherever it stands and whatever it says', () => {
    expectRefusal(withBefore(frameAt, frame), 'contradictory')
    expectRefusal(withBefore(frameAt, withBytes(frame, 5, 0xff, 0xff, 0xff, 0xff)), 'contradictory')
    expectRefusal(withBefore(bytes.length - 2, withBytes(frame, 5, 0xff, 0xff, 0xff, 0xff)), 'contradictory')
  })

  test('a frame in a thumbnail is not the picture’s', () => {
    expect(indexOfText(bytes.subarray(0, frameAt), '\xff\xc0')).not.toBe(-1)
    expect(pictureSize(bytes)).toEqual({ ok: true, kind: 'jpeg', width: 48, height: 32, isAnimated: false })
  })

  test('65,535 times 65,535 is too large, and no height is none', () => {
    expectRefusal(withBytes(bytes, frameAt + 5, 0xff, 0xff, 0xff, 0xff), 'tooManyPixels')
    expectRefusal(withBytes(bytes, frameAt + 5, 0, 0), 'noPixels')
  })

  test('a height that comes later, steps, and arithmetic coding are not decoded by browsers', () => {
    expectRefusal(withBefore(bytes.length - 2, concat(Uint8Array.of(0xff, 0xdc), bytesOf16(4), bytesOf16(0xffff))), 'notSupported')
    expectRefusal(withBytes(bytes, frameAt + 1, 0xde), 'notSupported')
    expectRefusal(withBytes(bytes, frameAt + 1, 0xc9), 'notSupported')
  })

  test('bytes between segments, and a table longer than it says, are refused', () => {
    expectRefusal(withBefore(frameAt, fromLatin1('PLANTED')), 'damaged')
    const tableAt = lastIndexOfText(bytes, '\xff\xdb')
    expectRefusal(concat(bytes.subarray(0, tableAt), fromLatin1('\xff\xdb'), bytesOf16(2 + 7), fromLatin1('PLANTED'), bytes.subarray(tableAt)), 'damaged')
  })
})

describe('GIF', () => {
  const bytes = fixture('animated.gif')
  const screen = (width: number, height: number): Uint8Array => withBytes(bytes, 6, width & 0xff, width >> 8, height & 0xff, height >> 8)

  test('a frame that is larger than the screen counts', () => {
    expect(pictureSize(screen(1, 1))).toMatchObject({ ok: true, width: 48, height: 32 })
    expect(pictureSize(screen(100, 1))).toMatchObject({ ok: true, width: 100, height: 32 })
    const at = indexOfText(bytes, '\x2c\0\0\0\0\x30\0')
    expectRefusal(withBytes(screen(1, 1), at + 5, 0xff, 0xff, 0xff, 0xff), 'tooManyPixels')
    expectRefusal(withBytes(bytes, at + 5, 0, 0), 'noPixels')
  })

  test('the trailer may lack, and is there again in what was cleaned', () => {
    const [whole, without] = [cleanPicture(bytes), cleanPicture(bytes.subarray(0, -1))]
    expect(without).toEqual(whole)
    expect(whole.ok && whole.bytes.at(-1)).toBe(0x3b)
  })

  test('65,535 times 65,535 is too large', () => {
    expectRefusal(screen(0xffff, 0xffff), 'tooManyPixels')
  })
})

describe('WebP', () => {
  test.each(['lossy.webp', 'lossless.webp', 'animated.webp'])('%s with a canvas that is another than its bitstreams’ is refused', (name) => {
    const bytes = fixture(name)
    const canvasAt = indexOfText(bytes, 'VP8X') + 8 + 4
    expect(pictureSize(withBytes(bytes, canvasAt, 47))).toMatchObject({ ok: true, width: 48 })
    expectRefusal(withBytes(bytes, canvasAt, 9), 'contradictory')
    expectRefusal(withBytes(bytes, canvasAt, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), 'tooManyPixels')
  })

  test('a bitstream’s own size counts where there is no canvas', () => {
    const bytes = fixture('simple.webp')
    const sizeAt = indexOfText(bytes, '\x9d\x01\x2a') + 3
    expectRefusal(withBytes(bytes, sizeAt, 0xff, 0x3f, 0xff, 0x3f), 'tooManyPixels')
    expectRefusal(withBytes(bytes, sizeAt, 0, 0), 'noPixels')
  })

  test('a second bitstream is refused', () => {
    const bytes = fixture('simple.webp')
    const both = concat(bytes, bytes.subarray(12))
    expectRefusal(withBytes(both, 4, (both.length - 8) & 0xff, (both.length - 8) >> 8), 'contradictory')
  })
})

describe('AVIF', () => {
  const bytes = fixture('turned.avif')
  const sizeAt = indexOfText(bytes, 'ispe') + 8

  test('a property that is another than the bitstream’s is refused, smaller or larger', () => {
    expect(pictureSize(bytes)).toEqual({ ok: true, kind: 'avif', width: 48, height: 32, isAnimated: false })
    expectRefusal(withBytes(bytes, sizeAt, 0, 0, 0, 1), 'contradictory')
    expectRefusal(withBytes(bytes, sizeAt, 0xff), 'tooManyPixels')
    expectRefusal(withBytes(bytes, sizeAt, 0, 0, 0, 0), 'noPixels')
  })

  test('a grid says the size of its tiles and how many there are', () => {
    const grid = fixture('grid.avif')
    expect(pictureSize(grid)).toEqual({ ok: true, kind: 'avif', width: 128, height: 128, isAnimated: false })
    const words = indexOfText(grid, '\0\0\x01\x01\0\x80\0\x80')
    expectRefusal(withBytes(grid, words + 2, 9), 'contradictory')
    expectRefusal(withBytes(grid, words + 5, 0x90), 'contradictory')
  })

  test('one with tracks is not drawn', () => {
    expectRefusal(concat(bytes, bytesOf32(8), fromLatin1('moov')), 'notSupported')
  })
})
