/**
 * What becomes of a file before it is attached: a picture loses what it says of its author besides itself, gets a thumbnail, and is made smaller
 * unless it is wanted as it is. Files of other kinds are sent as they are.
 */
import { cleanPicture, pictureKind, type PictureKind, type RemovedKind } from '@sotto/pictures'
import type { WrittenPicture } from '@sotto/engine/api'
import { textOfBytes } from '../state/pictures.ts'
import { decoded, scaledDown, thumbnailOf } from './drawn-again.ts'
import { withExtension } from './name-parts.ts'
import { isFilm } from './is-film.ts'

/** Pictures are cleaned in memory. Of larger ones the person is asked. */
const CLEANED_BYTES = 100 * 2 ** 20
/** What is looked at to tell what a file is. */
const FIRST_BYTES = 4096

export interface PreparedFile {
  readonly name: string
  readonly mediaType: string
  readonly bytes: Blob
  readonly picture: WrittenPicture | null
  /** What was taken out of it. */
  readonly removed: readonly RemovedKind[]
  readonly isScaled: boolean
}

/** `unreadable`: the browser does not give its bytes. `notCleaned`: it may say where and when it was taken, and that stays in it. */
export type Prepared =
  { readonly kind: 'ready'; readonly file: PreparedFile } | { readonly kind: 'unreadable' } | { readonly kind: 'notCleaned'; readonly file: PreparedFile }

const MEDIA_TYPES: { readonly [K in PictureKind]: string } = {
  png: 'image/png',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  heic: 'image/heic',
}

const asIs = (file: File, mediaType = file.type): PreparedFile => ({
  name: file.name,
  mediaType: mediaType === '' ? 'application/octet-stream' : mediaType,
  bytes: file,
  picture: null,
  removed: [],
  isScaled: false,
})

/** `mostThumbnailBytes`: of its thumbnail. */
export async function prepareFile(file: File, isOriginal: boolean, mostThumbnailBytes: number): Promise<Prepared> {
  let first: Uint8Array
  try {
    first = new Uint8Array(await file.slice(0, FIRST_BYTES).arrayBuffer())
  } catch {
    return { kind: 'unreadable' }
  }
  const kind = pictureKind(first)
  if (kind === null) return isFilm(first) ? { kind: 'notCleaned', file: asIs(file) } : { kind: 'ready', file: asIs(file) }
  const mediaType = MEDIA_TYPES[kind]
  if (kind === 'heic' || file.size > CLEANED_BYTES) return { kind: 'notCleaned', file: asIs(file, mediaType) }
  try {
    return await preparePicture(file, mediaType, isOriginal, mostThumbnailBytes)
  } catch {
    return { kind: 'unreadable' }
  }
}

async function preparePicture(file: File, mediaType: string, isOriginal: boolean, mostThumbnailBytes: number): Promise<Prepared> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  const cleaned = cleanPicture(bytes)
  if (!cleaned.ok) return { kind: 'notCleaned', file: asIs(file, mediaType) }
  const clean: PreparedFile = { ...asIs(file, mediaType), bytes: new Blob([new Uint8Array(cleaned.bytes)], { type: mediaType }), removed: cleaned.removed }
  // What moves would stand still.
  return { kind: 'ready', file: await drawn(clean, isOriginal || cleaned.isAnimated, mostThumbnailBytes) }
}

/** `isWhole`: it keeps its size. */
async function drawn(file: PreparedFile, isWhole: boolean, mostThumbnailBytes: number): Promise<PreparedFile> {
  const bitmap = await decoded(file.bytes).catch(() => null)
  // The browser draws it on no device then.
  if (bitmap === null) return file
  try {
    const thumbnail = await thumbnailOf(bitmap, mostThumbnailBytes)
    const scaled = isWhole ? null : await scaledDown(bitmap, file.bytes)
    const picture = { width: bitmap.width, height: bitmap.height, thumbnail: thumbnail === null ? '' : textOfBytes(thumbnail) }
    if (scaled === null) return { ...file, picture }
    return { ...file, name: withExtension(file.name, scaled.extension), mediaType: scaled.bytes.type, bytes: scaled.bytes, picture, isScaled: true }
  } finally {
    bitmap.close()
  }
}
