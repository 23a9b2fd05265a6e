/** The pictures of `test/fixtures/pictures`, which `make.sh` there writes: all but one tell everything that their format can. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RemovedKind } from '../told/removed-kind.ts'

export const fixture = (name: string): Uint8Array => Uint8Array.from(readFileSync(join(import.meta.dirname, '../../../../test/fixtures/pictures', name)))

const TEXTS: readonly RemovedKind[] = ['place', 'camera', 'time', 'text', 'author']
const WITH_THUMBNAIL: readonly RemovedKind[] = ['place', 'camera', 'time', 'thumbnails', 'text', 'author']

/** Name, what is removed of it, and the orientation that stays in an EXIF block. */
export const PICTURES: readonly { readonly name: string; readonly removed: readonly RemovedKind[]; readonly orientation?: number }[] = [
  { name: 'baseline.jpg', removed: WITH_THUMBNAIL, orientation: 6 },
  { name: 'progressive.jpg', removed: WITH_THUMBNAIL, orientation: 6 },
  { name: 'cmyk.jpg', removed: WITH_THUMBNAIL, orientation: 6 },
  { name: 'grey.jpg', removed: WITH_THUMBNAIL, orientation: 6 },
  { name: 'truecolour.png', removed: TEXTS, orientation: 6 },
  { name: 'transparent.png', removed: TEXTS },
  { name: 'palette.png', removed: TEXTS },
  { name: 'animated.png', removed: TEXTS },
  { name: 'lossy.webp', removed: TEXTS, orientation: 6 },
  { name: 'lossless.webp', removed: TEXTS, orientation: 6 },
  { name: 'simple.webp', removed: [] },
  { name: 'animated.webp', removed: TEXTS, orientation: 6 },
  { name: 'animated.gif', removed: ['place', 'text', 'author', 'other'] },
  // Turned and mirrored by properties; decoders do not look at the orientation in the EXIF block.
  { name: 'turned.avif', removed: WITH_THUMBNAIL },
  { name: 'grid.avif', removed: WITH_THUMBNAIL },
]

/** Where `text` is first in `bytes`, -1 if nowhere. */
export const indexOfText = (bytes: Uint8Array, text: string): number => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(text, 0, 'latin1')

/** Where `text` is last in `bytes`: behind the thumbnail, which has the same parts. */
export const lastIndexOfText = (bytes: Uint8Array, text: string): number =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).lastIndexOf(text, undefined, 'latin1')

/** `bytes` with those at `at` replaced. */
export function withBytes(bytes: Uint8Array, at: number, ...values: readonly number[]): Uint8Array {
  const changed = bytes.slice()
  changed.set(values, at)
  return changed
}
