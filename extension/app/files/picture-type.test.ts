import { expect, it } from 'vitest'
import { pictureType, thumbnailType } from './picture-type.ts'

/** A PNG's beginning, whose header names so many pixels. */
function png(width: number, height: number): Uint8Array {
  const bytes = new Uint8Array(64)
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52])
  new DataView(bytes.buffer).setUint32(16, width)
  new DataView(bytes.buffer).setUint32(20, height)
  bytes[24] = 8
  return bytes
}

const text = (content: string): Uint8Array => new TextEncoder().encode(content)

it('goes by first bytes, and not by what a name says', () => {
  expect(pictureType.first(png(1, 1))).toBe('image/png')
  for (const other of ['<svg xmlns="http://www.w3.org/2000/svg">', '<html>', '%PDF-1.7', '']) {
    expect(pictureType.first(text(other))).toBeNull()
    expect(pictureType.whole(text(other))).toBeNull()
  }
})

it('draws nothing of more pixels than may be decoded', () => {
  expect(pictureType.whole(png(60_000, 60_000))).toBeNull()
})

/** A whole PNG of one pixel. */
const DOT = Uint8Array.from(atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='), (char) =>
  char.charCodeAt(0),
)

it('takes no PNG for a thumbnail, though it draws it', () => {
  expect(pictureType.whole(DOT)).toBe('image/png')
  expect(thumbnailType(DOT)).toBeNull()
})
