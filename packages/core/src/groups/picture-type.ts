/**
 * What kind of picture some bytes are (PROTOCOL §13.40). Nobody says it beside them: they begin as such a picture does, are small
 * enough to be drawn anywhere, and do not move. Everything else is no picture.
 */
import { LIMITS } from '@sotto/wire'

export type PictureType = 'image/png' | 'image/jpeg' | 'image/webp'

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

/** null: it is none. */
export function pictureTypeOf(bytes: Uint8Array): PictureType | null {
  if (bytes.length > LIMITS.pictureBytes) return null
  if (PNG.every((byte, index) => bytes[index] === byte)) return isSmall(sizeOfPng(bytes)) ? 'image/png' : null
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return isSmall(sizeOfJpeg(bytes)) ? 'image/jpeg' : null
  if (textAt(bytes, 0) === 'RIFF' && textAt(bytes, 8) === 'WEBP') return isSmall(sizeOfWebp(bytes)) ? 'image/webp' : null
  return null
}

type Size = readonly [width: number, height: number]

const isSmall = (size: Size | null): boolean => size !== null && size.every((length) => length >= 1 && length <= LIMITS.picturePixels)

const textAt = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4))

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Its first chunk says how large it is. One with frames is none. */
function sizeOfPng(bytes: Uint8Array): Size | null {
  const view = viewOf(bytes)
  if (bytes.length < 33 || textAt(bytes, 12) !== 'IHDR') return null
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) if (textAt(bytes, at + 4) === 'acTL') return null
  return [view.getUint32(16), view.getUint32(20)]
}

/** Segments, each with its length, up to the one that says how large it is. */
function sizeOfJpeg(bytes: Uint8Array): Size | null {
  const view = viewOf(bytes)
  for (let at = 2; at + 9 <= bytes.length && bytes[at] === 0xff; at += 2 + view.getUint16(at + 2)) {
    const marker = bytes[at + 1] ?? 0
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
    if (isFrame) return [view.getUint16(at + 7), view.getUint16(at + 5)]
  }
  return null
}

const MOVES = 0x02

function sizeOfWebp(bytes: Uint8Array): Size | null {
  const view = viewOf(bytes)
  if (bytes.length < 30) return null
  const uint24 = (at: number): number => view.getUint16(at, true) + ((bytes[at + 2] ?? 0) << 16)
  switch (textAt(bytes, 12)) {
    case 'VP8 ':
      return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff]
    case 'VP8L': {
      const bits = view.getUint32(21, true)
      return [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1]
    }
    case 'VP8X':
      return ((bytes[20] ?? 0) & MOVES) === 0 ? [uint24(24) + 1, uint24(27) + 1] : null
    default:
      return null
  }
}
