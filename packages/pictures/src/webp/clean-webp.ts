/**
 * A WebP without what is about people: bitstreams, transparency and frames, the colour profile without its texts, and the orientation
 * in an `EXIF` of its own. XMP, other chunks, also those inside frames, and everything behind the end goes.
 */
import type { Cleaned } from '../cleaned.ts'
import { bytesOf32le, fromLatin1, joined, startsWith, uint8 } from '../fields.ts'
import { cleanProfile } from '../icc-profile.ts'
import { toldBehind } from '../told/behind.ts'
import { exifOf, type Orientation, readExif } from '../told/exif.ts'
import { type Removed, removedKinds } from '../told/removed-kind.ts'
import { toldByXmp } from '../told/xmp.ts'
import { chunksIn, FLAG, FRAME_HEAD_BYTES, isBitstream, readWebp, type WebpChunk } from './read-webp.ts'

const chunkOf = (type: string, parts: readonly Uint8Array[]): Uint8Array => {
  const data = joined(parts)
  return joined([fromLatin1(type), bytesOf32le(data.length), data, new Uint8Array(data.length % 2)])
}

const isDrawn = (chunk: WebpChunk): boolean => isBitstream(chunk) || chunk.type === 'ALPH'

/** Some programs write the name that a JPEG has before the block. */
const tiffOf = (data: Uint8Array): Uint8Array => (startsWith(data, 'Exif\0\0') ? data.subarray(6) : data)

function cleanFrame(data: Uint8Array, removed: Removed): Uint8Array {
  const chunks = chunksIn(data, FRAME_HEAD_BYTES)
  if (!chunks.every(isDrawn)) removed.add('other')
  return chunkOf('ANMF', [data.subarray(0, FRAME_HEAD_BYTES), ...chunks.filter(isDrawn).map(({ whole }) => whole)])
}

/** The chunks behind a `VP8X`, as they are written: the profile stands first and the orientation last. */
function cleanChunks(chunks: readonly WebpChunk[], removed: Removed): { readonly written: readonly Uint8Array[]; readonly flags: number } {
  const written: Uint8Array[] = []
  let profile: Uint8Array | undefined
  let orientation: Orientation | undefined
  for (const chunk of chunks) {
    const { type, data, whole } = chunk
    if (isDrawn(chunk)) {
      written.push(whole)
    } else if (type === 'ANIM' && data.length === 6) {
      written.push(whole)
    } else if (type === 'ANMF') {
      written.push(cleanFrame(data, removed))
    } else if (type === 'ICCP' && profile === undefined) {
      profile = cleanProfile(data)
    } else if (type === 'EXIF') {
      const exif = readExif(tiffOf(data))
      orientation ??= exif.orientation
      removed.add(...exif.told)
    } else {
      removed.add(...(type === 'XMP ' ? toldByXmp(data) : (['other'] as const)))
    }
  }
  if (profile !== undefined) written.unshift(chunkOf('ICCP', [profile]))
  const isTurned = orientation !== undefined && orientation !== 1
  if (isTurned && orientation !== undefined) written.push(chunkOf('EXIF', [exifOf(orientation)]))
  return { written, flags: (profile === undefined ? 0 : FLAG.profile) | (isTurned ? FLAG.exif : 0) }
}

/** The `VP8X` with the flags that are true of what is written. */
function headOf(data: Uint8Array, flags: number): Uint8Array {
  const head = new Uint8Array(10)
  head.set(data.subarray(4), 4)
  head[0] = (uint8(data, 0) & (FLAG.animation | FLAG.alpha)) | flags
  return chunkOf('VP8X', [head])
}

export function cleanWebp(bytes: Uint8Array): Cleaned {
  const { width, height, isAnimated, chunks, end } = readWebp(bytes)
  const removed = removedKinds()
  removed.add(...toldBehind(bytes, end))
  const [first, ...others] = chunks
  const written: Uint8Array[] = []
  if (first?.type === 'VP8X') {
    const clean = cleanChunks(others, removed)
    written.push(headOf(first.data, clean.flags))
    for (const each of clean.written) written.push(each)
  } else if (first !== undefined) {
    // Without a `VP8X` nothing but the bitstream counts.
    written.push(first.whole)
    if (others.length > 0) removed.add('other')
  }
  const body = joined([fromLatin1('WEBP'), ...written])
  return { width, height, isAnimated, bytes: joined([fromLatin1('RIFF'), bytesOf32le(body.length), body]), removed: removed.kinds() }
}
