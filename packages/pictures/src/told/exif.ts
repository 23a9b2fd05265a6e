/**
 * EXIF (CIPA DC-008, TIFF 6.0 inside): which way up a picture stands, and what else it told. Only the orientation is needed to draw it,
 * and only that is written again. Removal does not depend on what is understood here: a block goes as a whole.
 */
import { concat } from '@sotto/wire'
import { bytesOf16, bytesOf32, latin1 } from '../fields.ts'
import type { RemovedKind } from './removed-kind.ts'

/** How a picture is turned and mirrored, by the numbers of TIFF 6.0: 1 is as it lies. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8

export interface ExifFound {
  readonly orientation: Orientation
  readonly told: readonly RemovedKind[]
}

const ORIENTATION = 0x112
const EXIF_IFD = 0x8769
const GPS_IFD = 0x8825
const INTEROPERABILITY_IFD = 0xa005
/** The version of the GPS block itself, which some cameras write without a place. */
const GPS_VERSION = 0

const TIME = [0x132, 0x9003, 0x9004, 0x9010, 0x9011, 0x9012, 0x9290, 0x9291, 0x9292]
const AUTHOR = [0x13b, 0x8298, 0x9c9d, 0xa430]
const TEXT = [0x10d, 0x10e, 0x9286, 0x9c9b, 0x9c9c, 0x9c9e, 0x9c9f]
/** Resolution, sample positions, colour space, size, versions, and the other blocks: nothing that is about anybody. */
const OF_THE_PICTURE = [
  ORIENTATION,
  EXIF_IFD,
  GPS_IFD,
  INTEROPERABILITY_IFD,
  0x100,
  0x101,
  0x102,
  0x103,
  0x106,
  0x115,
  0x11a,
  0x11b,
  0x11c,
  0x128,
  0x13e,
  0x13f,
  0x211,
  0x212,
  0x213,
  0x214,
  0x9000,
  0x9101,
  0xa000,
  0xa001,
  0xa002,
  0xa003,
]
const THUMBNAIL = [0x201, 0x202]

function kindOf(tag: number): RemovedKind | undefined {
  if (OF_THE_PICTURE.includes(tag)) return undefined
  if (TIME.includes(tag)) return 'time'
  if (AUTHOR.includes(tag)) return 'author'
  if (TEXT.includes(tag)) return 'text'
  if (THUMBNAIL.includes(tag)) return 'thumbnails'
  // What is left of the two ranges are makes, models, programs, serial numbers, lenses, exposures and maker notes.
  return tag < 0x200 || (tag >= 0x8000 && tag < 0xb000) ? 'camera' : 'other'
}

interface Entry {
  readonly tag: number
  readonly type: number
  /** Of a SHORT, and of a LONG or an offset. */
  readonly short: number
  readonly long: number
}

/** Reads a TIFF block. What cannot be understood of it counts as `other`. */
export function readExif(tiff: Uint8Array): ExifFound {
  const told = new Set<RemovedKind>()
  let orientation: Orientation = 1
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.length)
  const order = latin1(tiff.subarray(0, 2))
  const little = order === 'II'
  if (tiff.length < 8 || (!little && order !== 'MM')) return { orientation, told: ['other'] }

  /** The entries of the directory at `at`, and where the next one is; none if it is not inside the block. */
  const directory = (at: number): { readonly entries: readonly Entry[]; readonly next: number } => {
    const entries: Entry[] = []
    const count = at >= 8 && at + 2 <= tiff.length ? view.getUint16(at, little) : 0
    const end = at + 2 + 12 * count
    if (count === 0 || end > tiff.length) told.add('other')
    for (let entry = at + 2; entry + 12 <= Math.min(end, tiff.length); entry += 12) {
      const [tag, type] = [view.getUint16(entry, little), view.getUint16(entry + 2, little)]
      entries.push({ tag, type, short: view.getUint16(entry + 8, little), long: view.getUint32(entry + 8, little) })
    }
    return { entries, next: count > 0 && end + 4 <= tiff.length ? view.getUint32(end, little) : 0 }
  }
  const tell = (entries: readonly Entry[]): void => {
    for (const { tag } of entries) {
      const kind = kindOf(tag)
      if (kind !== undefined) told.add(kind)
    }
  }

  const { entries, next } = directory(view.getUint32(4, little))
  tell(entries)
  for (const { tag, type, short } of entries) {
    if (tag === ORIENTATION && type === 3 && short >= 1 && short <= 8) orientation = short as Orientation
  }
  // One of each: a block that names many must not be read as often.
  const exif = entries.find(({ tag }) => tag === EXIF_IFD)
  const gps = entries.find(({ tag }) => tag === GPS_IFD)
  if (exif !== undefined) tell(directory(exif.long).entries)
  if (gps !== undefined && directory(gps.long).entries.some(({ tag }) => tag !== GPS_VERSION)) told.add('place')
  if (next !== 0) {
    told.add('thumbnails')
    tell(directory(next).entries)
  }
  return { orientation, told: [...told] }
}

/** A TIFF block that has the orientation and nothing else. */
export const exifOf = (orientation: Orientation): Uint8Array =>
  concat(
    Uint8Array.of(0x4d, 0x4d, 0, 0x2a),
    bytesOf32(8),
    bytesOf16(1),
    bytesOf16(ORIENTATION),
    bytesOf16(3),
    bytesOf32(1),
    bytesOf16(orientation),
    new Uint8Array(6),
  )
