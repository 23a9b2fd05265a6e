import { cleanAvif } from './avif/clean-avif.ts'
import type { Cleaned } from './cleaned.ts'
import { cleanGif } from './gif/clean-gif.ts'
import { cleanJpeg } from './jpeg/clean-jpeg.ts'
import { pictureKind, type PictureKind } from './picture-kind.ts'
import type { SizedPicture } from './picture-size.ts'
import { cleanPng } from './png/clean-png.ts'
import { orRefusal, refuse, type RefusedPicture } from './refused.ts'
import type { RemovedKind } from './told/removed-kind.ts'
import { cleanWebp } from './webp/clean-webp.ts'

export interface CleanedPicture extends SizedPicture {
  /** The picture with its coded pixels as they were. Of a picture that told nothing these may be its own bytes. */
  readonly bytes: Uint8Array
  /** What it told and tells no more, as far as that is understood: what is not, is removed too and is `other`. Empty if there was nothing. */
  readonly removed: readonly RemovedKind[]
}

export type CleanPicture = CleanedPicture | RefusedPicture

const CLEANERS: Record<Exclude<PictureKind, 'heic'>, (bytes: Uint8Array) => Cleaned> = {
  png: cleanPng,
  jpeg: cleanJpeg,
  gif: cleanGif,
  webp: cleanWebp,
  avif: cleanAvif,
}

/**
 * A picture without what it tells beside itself: EXIF, XMP, IPTC, positions, times, cameras, comments, thumbnails, makers' blocks, and
 * what is behind its end. What is kept is a list, all else goes: the coded pixels byte for byte, the colour profile without its texts,
 * the orientation. What cannot be read to its end is refused, and never half cleaned.
 *
 * What the pixels show, and what their coding tells of the program that coded them, stays.
 */
export function cleanPicture(bytes: Uint8Array): CleanPicture {
  return orRefusal(() => {
    const kind = pictureKind(bytes)
    if (kind === null || kind === 'heic') return refuse(kind === null ? 'unknownKind' : 'notSupported')
    return { ok: true, kind, ...CLEANERS[kind](bytes) }
  })
}
