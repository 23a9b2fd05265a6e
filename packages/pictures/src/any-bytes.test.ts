/** What holds of any bytes, and of pictures that are damaged or told more in any place where a format lets them tell. */
import { concat } from '@sotto/wire'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cleanPicture } from './clean-picture.ts'
import { bytesOf16, bytesOf32le, fromLatin1 } from './fields.ts'
import { pictureKind } from './picture-kind.ts'
import { pictureSize } from './picture-size.ts'
import { chunkOf, DRAWN } from './png/read-png.ts'
import { fixture, indexOfText, PICTURES } from './testing/fixture.ts'

const BEGINNINGS = ['\x89PNG\r\n\x1a\n', '\xff\xd8\xff', 'GIF89a', 'RIFF\x30\0\0\0WEBP', '\0\0\0\x18ftypavif\0\0\0\0mif1miaf'].map(fromLatin1)

/** Everything that can be asked of bytes; throws where a fault of ours is thrown. */
function hold(bytes: Uint8Array): void {
  pictureKind(bytes)
  const size = pictureSize(bytes)
  const clean = cleanPicture(bytes)
  // What is cleaned was read as a whole; of what is refused nothing is handed out.
  if (!clean.ok) {
    expect(Object.keys(clean)).toEqual(['ok', 'refusal'])
    return
  }
  expect(size).toEqual({ ok: true, kind: clean.kind, width: clean.width, height: clean.height, isAnimated: clean.isAnimated })
  const again = cleanPicture(clean.bytes)
  expect(again).toEqual({ ...clean, removed: [] })
}

test('any bytes are refused or cleaned, and cleaned once', () => {
  fc.assert(
    fc.property(fc.constantFrom(new Uint8Array(0), ...BEGINNINGS), fc.uint8Array({ maxLength: 400 }), (beginning, rest) => {
      hold(concat(beginning, rest))
    }),
    { numRuns: 3000 },
  )
})

test('and so are pictures with bytes changed, taken out or put in', () => {
  const put = fc.uint8Array({ maxLength: 12 })
  const outAndPut = fc.oneof(
    { arbitrary: put.map((bytes) => ({ out: bytes.length, put: bytes })), weight: 3 },
    { arbitrary: fc.record({ out: fc.nat(12), put }), weight: 1 },
  )
  const change = fc.tuple(fc.nat({ max: 9999 }), outAndPut)
  let whole = 0
  fc.assert(
    fc.property(fc.constantFrom(...PICTURES), fc.array(change, { minLength: 1, maxLength: 3 }), ({ name }, changes) => {
      let bytes = fixture(name)
      for (const [at, { out, put }] of changes) {
        const from = Math.floor((at / 10_000) * bytes.length)
        bytes = concat(bytes.subarray(0, from), put, bytes.subarray(Math.min(bytes.length, from + out)))
      }
      if (cleanPicture(bytes).ok) whole += 1
      hold(bytes)
    }),
    { numRuns: 3000 },
  )
  // Else it would only show that damaged pictures are refused.
  expect(whole).toBeGreaterThan(300)
})

/** A mark that no picture has by chance. */
const marks = fc.uint8Array({ minLength: 24, maxLength: 200 }).map((bytes) => concat(fromLatin1('<mark>'), bytes, fromLatin1('</mark>')))
const holds = (bytes: Uint8Array, mark: Uint8Array): boolean => Buffer.from(bytes).includes(Buffer.from(mark))

function expectGone(told: Uint8Array, mark: Uint8Array): void {
  expect(holds(told, mark)).toBe(true)
  const clean = cleanPicture(told)
  expect(clean).toMatchObject({ ok: true })
  expect(clean.ok && clean.removed.length > 0).toBe(true)
  expect(clean.ok && holds(clean.bytes, mark)).toBe(false)
}

describe('a mark is gone', () => {
  test('from any application segment or comment of a JPEG', () => {
    const bytes = fixture('baseline.jpg')
    const names = ['', 'Exif\0\0', 'http://ns.adobe.com/xap/1.0/\0', 'MPF\0', 'Photoshop 3.0\0', 'JFXX\0', 'FPXR\0', 'JP\0\0']
    fc.assert(
      fc.property(fc.constantFrom(0xfe, ...Array.from({ length: 16 }, (_, i) => 0xe0 + i)), fc.constantFrom(...names), marks, (marker, name, mark) => {
        const segment = concat(Uint8Array.of(0xff, marker), bytesOf16(2 + name.length + mark.length), fromLatin1(name), mark)
        expectGone(concat(bytes.subarray(0, 2), segment, bytes.subarray(2)), mark)
      }),
    )
  })

  test('from any chunk of a PNG that it is not drawn from', () => {
    const bytes = fixture('palette.png')
    const at = indexOfText(bytes, 'PLTE') - 4
    const letter = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ')
    const type = fc.tuple(fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'), letter, letter, letter).map((letters) => letters.join(''))
    const types = fc.oneof(fc.constantFrom('tEXt', 'zTXt', 'iTXt', 'eXIf', 'tIME', 'caBX', 'pHYs'), type).filter((name) => !DRAWN.has(name) && name !== 'iCCP')
    fc.assert(
      fc.property(types, marks, (name, mark) => {
        expectGone(concat(bytes.subarray(0, at), chunkOf(name, mark), bytes.subarray(at)), mark)
      }),
    )
  })

  test('from any chunk of a WebP that it is not drawn from', () => {
    const bytes = fixture('lossy.webp')
    fc.assert(
      fc.property(fc.constantFrom('EXIF', 'XMP ', 'C2PA', 'TEXT', 'ANMX', 'abcd'), marks, (name, mark) => {
        const told = concat(bytes, fromLatin1(name), bytesOf32le(mark.length), mark, new Uint8Array(mark.length % 2))
        told.set(bytesOf32le(told.length - 8), 4)
        expectGone(told, mark)
      }),
    )
  })

  test('from any extension of a GIF', () => {
    const bytes = fixture('animated.gif')
    const at = bytes.length - 1
    fc.assert(
      fc.property(fc.constantFrom(0x01, 0xfe, 0xce, 0x00), marks, (label, mark) => {
        expectGone(concat(bytes.subarray(0, at), Uint8Array.of(0x21, label, mark.length), mark, Uint8Array.of(0, 0x3b)), mark)
      }),
    )
  })

  test('from any box of an AVIF beside those that it is drawn from', () => {
    const bytes = fixture('turned.avif')
    fc.assert(
      fc.property(fc.constantFrom('uuid', 'free', 'skip', 'mdat', 'mpvd', 'udta'), marks, (type, mark) => {
        const told = concat(bytes, Uint8Array.of(0, 0, (8 + mark.length) >> 8, (8 + mark.length) & 0xff), fromLatin1(type), mark)
        expectGone(told, mark)
      }),
    )
  })

  test('from behind the end of every kind', () => {
    fc.assert(
      fc.property(fc.constantFrom(...PICTURES), marks, ({ name }, mark) => {
        expectGone(concat(fixture(name), mark), mark)
      }),
    )
  })
})
