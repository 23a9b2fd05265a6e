import { readAvif } from './avif/read-avif.ts'
import { readGif } from './gif/read-gif.ts'
import { readJpeg } from './jpeg/read-jpeg.ts'
import { pictureKind, type PictureKind } from './picture-kind.ts'
import type { Pixels } from './pixels.ts'
import { readPng } from './png/read-png.ts'
import { orRefusal, refuse, type RefusedPicture } from './refused.ts'
import { readWebp } from './webp/read-webp.ts'

export interface SizedPicture extends Pixels {
  readonly ok: true
  readonly kind: Exclude<PictureKind, 'heic'>
  /** It has more than one frame: drawn again by a canvas it would stand still. */
  readonly isAnimated: boolean
}

export type PictureSize = SizedPicture | RefusedPicture

function readAny(kind: PictureKind, bytes: Uint8Array): Pixels & { readonly isAnimated: boolean } {
  switch (kind) {
    case 'png':
      return readPng(bytes)
    case 'jpeg':
      return { ...readJpeg(bytes), isAnimated: false }
    case 'gif':
      return readGif(bytes)
    case 'webp':
      return readWebp(bytes)
    case 'avif':
      return { ...readAvif(bytes), isAnimated: false }
    case 'heic':
      return refuse('notSupported')
  }
}

/**
 * The width and height in pixels of a whole picture, as a decoder will see them, before its orientation turns them; without decoding
 * it. Who draws only what is `ok` never gives a decoder more than `LIMITS.picturePixelsInAll` pixels, whatever the header of a part says.
 */
export function pictureSize(bytes: Uint8Array): PictureSize {
  return orRefusal(() => {
    const kind = pictureKind(bytes)
    if (kind === null || kind === 'heic') return refuse(kind === null ? 'unknownKind' : 'notSupported')
    const { width, height, isAnimated } = readAny(kind, bytes)
    return { ok: true, kind, width, height, isAnimated }
  })
}
