/** Pictures that are drawn: by their first bytes alone, and of no more pixels than their header says that may be decoded. */
import { type PictureKind, pictureKind, pictureSize } from '@sotto/pictures'
import type { TypeOf } from './type-of.ts'

const TYPES: { readonly [K in Exclude<PictureKind, 'heic'>]: string } = {
  png: 'image/png',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
}

/**
 * The type for the browser. What is no picture, or says anywhere in it that it has more pixels, is given to no decoder. HEIC is among that:
 * few browsers draw it.
 */
export const pictureType: TypeOf = {
  first: (bytes) => {
    const kind = pictureKind(bytes)
    return kind === null || kind === 'heic' ? null : TYPES[kind]
  },
  whole: (bytes) => {
    const size = pictureSize(bytes)
    return size.ok ? TYPES[size.kind] : null
  },
}

/** Sides of a thumbnail. A guess: several times what this app writes. */
const MOST_SIDE_PX = 1024

/** Thumbnails come with the message: they are of the two types that are written for them, and small. */
export function thumbnailType(bytes: Uint8Array): string | null {
  const size = pictureSize(bytes)
  const isSmall = size.ok && size.width <= MOST_SIDE_PX && size.height <= MOST_SIDE_PX
  return isSmall && (size.kind === 'webp' || size.kind === 'jpeg') ? TYPES[size.kind] : null
}
