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
}

export type PictureSize = SizedPicture | RefusedPicture

function readSize(kind: PictureKind, bytes: Uint8Array): Pixels {
  switch (kind) {
    case 'png':
      return readPng(bytes)
    case 'jpeg':
      return readJpeg(bytes)
    case 'gif':
      return readGif(bytes)
    case 'webp':
      return readWebp(bytes)
    case 'avif':
      return readAvif(bytes)
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
    const { width, height } = readSize(kind, bytes)
    return { ok: true, kind, width, height }
  })
}
