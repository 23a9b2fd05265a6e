/**
 * A PNG without what is about people: kept are the chunks that it is drawn from, the colour profile without its texts and name, and the
 * orientation in an `eXIf` of its own. Text, time, density, everything of other makers and everything behind the end goes.
 */
import { concat, LIMITS } from '@sotto/wire'
import { zlibSync } from 'fflate'
import type { Cleaned } from '../cleaned.ts'
import { fromLatin1, joined, latin1, part, uint8 } from '../fields.ts'
import { cleanProfile } from '../icc-profile.ts'
import { inflated } from '../inflated.ts'
import { refuse } from '../refused.ts'
import { toldBehind } from '../told/behind.ts'
import { exifOf, type Orientation, readExif } from '../told/exif.ts'
import { type Removed, type RemovedKind, removedKinds } from '../told/removed-kind.ts'
import { toldByXmp } from '../told/xmp.ts'
import { chunkOf, DRAWN, PNG_SIGNATURE, type PngChunk, readPng } from './read-png.ts'

/** Keywords of §11.3.3.2, and of programs. */
const TOLD_BY_KEYWORD: readonly (readonly [RegExp, RemovedKind])[] = [
  [/^(?:author|artist|copyright)$/i, 'author'],
  // A whole EXIF, XMP or IPTC block in hexadecimal digits, as ImageMagick writes it.
  [/^Raw profile type /, 'other'],
  [/time|date/i, 'time'],
  [/^(?:software|source|make|model)$/i, 'camera'],
]

function toldByText({ data }: PngChunk): readonly RemovedKind[] {
  const keyword = latin1(data.subarray(0, Math.max(data.indexOf(0), 0)))
  if (keyword === 'XML:com.adobe.xmp') return toldByXmp(data)
  return [TOLD_BY_KEYWORD.find(([pattern]) => pattern.test(keyword))?.[1] ?? 'text']
}

const TEXTS = ['tEXt', 'zTXt', 'iTXt']
/** What says nothing about anybody: background, significant bits, histogram, palette, and how large a pixel was meant to be. */
const UNTOLD = ['bKGD', 'sBIT', 'hIST', 'sPLT', 'pHYs']

function tell(chunk: PngChunk, removed: Removed): void {
  if (TEXTS.includes(chunk.type)) removed.add(...toldByText(chunk))
  else if (chunk.type === 'tIME') removed.add('time')
  else if (!UNTOLD.includes(chunk.type)) removed.add('other')
}

/** The `iCCP` chunk: a name, a zero, the method (0 is zlib), the profile. */
function cleanProfileChunk({ data }: PngChunk): Uint8Array {
  const named = data.indexOf(0)
  if (named === -1 || uint8(data, named + 1) !== 0) refuse('damaged')
  const profile = inflated(part(data, named + 2, data.length), LIMITS.colourProfileBytes)
  return chunkOf('iCCP', concat(fromLatin1('icc\0\0'), zlibSync(cleanProfile(profile))))
}

export function cleanPng(bytes: Uint8Array): Cleaned {
  const { width, height, isAnimated, chunks, end } = readPng(bytes)
  const removed = removedKinds()
  let orientation: Orientation | undefined
  for (const { type, data } of chunks) {
    if (type !== 'eXIf') continue
    const exif = readExif(data)
    orientation ??= exif.orientation
    removed.add(...exif.told)
  }
  removed.add(...toldBehind(bytes, end))

  const written: Uint8Array[] = [PNG_SIGNATURE]
  for (const chunk of chunks) {
    if (DRAWN.has(chunk.type)) written.push(chunk.whole)
    else if (chunk.type === 'iCCP') written.push(cleanProfileChunk(chunk))
    else if (chunk.type !== 'eXIf') tell(chunk, removed)
    if (chunk.type === 'IHDR' && orientation !== undefined && orientation !== 1) written.push(chunkOf('eXIf', exifOf(orientation)))
  }
  return { width, height, isAnimated, bytes: joined(written), removed: removed.kinds() }
}
