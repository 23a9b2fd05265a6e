/** The chunks of a WebP (RFC 9649), still and animated. The canvas, each frame and each bitstream say a size, and have to agree. */
import { latin1, part, startsWith, uint16le, uint24le, uint32le, uint8 } from '../fields.ts'
import { drawable, type Pixels } from '../pixels.ts'
import { refuse } from '../refused.ts'

export interface WebpChunk {
  readonly type: string
  readonly data: Uint8Array
  /** Type, length, data and the byte that makes it even. */
  readonly whole: Uint8Array
}

export interface Webp extends Pixels {
  readonly isAnimated: boolean
  readonly chunks: readonly WebpChunk[]
  /** Where the picture ends; behind that is something else. */
  readonly end: number
}

/** Bits of the first byte of a `VP8X`. */
export const FLAG = { animation: 0x02, xmp: 0x04, exif: 0x08, alpha: 0x10, profile: 0x20 } as const

/** What is before the chunks of a frame: place, size, how long, how it is mixed. */
export const FRAME_HEAD_BYTES = 16

export function chunksIn(bytes: Uint8Array, start: number): readonly WebpChunk[] {
  const chunks: WebpChunk[] = []
  let at = start
  while (at < bytes.length) {
    const type = latin1(part(bytes, at, at + 4))
    const length = uint32le(bytes, at + 4)
    const end = at + 8 + length + (length % 2)
    chunks.push({ type, data: part(bytes, at + 8, at + 8 + length), whole: part(bytes, at, end) })
    at = end
  }
  return chunks
}

export const isBitstream = ({ type }: WebpChunk): boolean => type === 'VP8 ' || type === 'VP8L'

/** What a bitstream says (RFC 6386 §9.1; RFC 9649 §3.4). */
function codedSize({ type, data }: WebpChunk): Pixels {
  if (type === 'VP8L') {
    const bits = uint32le(data, 1)
    if (uint8(data, 0) !== 0x2f || bits >>> 29 !== 0) refuse('damaged')
    return drawable((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1)
  }
  const isKeyFrame = (uint8(data, 0) & 1) === 0
  if (!isKeyFrame || !startsWith(data.subarray(3), '\x9d\x01\x2a')) refuse('damaged')
  return drawable(uint16le(data, 6) & 0x3fff, uint16le(data, 8) & 0x3fff)
}

/** The size of the one bitstream among chunks. */
function onlySize(chunks: readonly WebpChunk[]): Pixels {
  const [bitstream, second] = chunks.filter(isBitstream)
  if (bitstream === undefined) return refuse('damaged')
  if (second !== undefined) refuse('contradictory')
  return codedSize(bitstream)
}

const differ = (one: Pixels, other: Pixels): boolean => one.width !== other.width || one.height !== other.height

function checkFrame(data: Uint8Array, canvas: Pixels): void {
  const [left, top] = [2 * uint24le(data, 0), 2 * uint24le(data, 3)]
  const frame = drawable(uint24le(data, 6) + 1, uint24le(data, 9) + 1)
  if (left + frame.width > canvas.width || top + frame.height > canvas.height) refuse('contradictory')
  if (differ(frame, onlySize(chunksIn(data, FRAME_HEAD_BYTES)))) refuse('contradictory')
}

function sizeOf(chunks: readonly WebpChunk[]): Pixels {
  const [first] = chunks
  if (first === undefined) return refuse('truncated')
  if (first.type !== 'VP8X') return isBitstream(first) ? onlySize(chunks) : refuse('damaged')
  if (first.data.length !== 10) refuse('damaged')
  if (chunks.some(({ type }, i) => type === 'VP8X' && i > 0)) refuse('contradictory')
  const canvas = drawable(uint24le(first.data, 4) + 1, uint24le(first.data, 7) + 1)
  const frames = chunks.filter(({ type }) => type === 'ANMF')
  const isAnimated = (uint8(first.data, 0) & FLAG.animation) !== 0
  if (isAnimated !== frames.length > 0 || (isAnimated && chunks.some(isBitstream))) refuse('contradictory')
  for (const { data } of frames) checkFrame(data, canvas)
  if (!isAnimated && differ(canvas, onlySize(chunks))) refuse('contradictory')
  return canvas
}

/** Refuses what is not a whole WebP. */
export function readWebp(bytes: Uint8Array): Webp {
  const length = uint32le(bytes, 4)
  const end = 8 + length + (length % 2)
  // Some programs leave out the last byte, which makes the length even.
  const chunks = chunksIn(part(bytes, 0, Math.max(8 + length, 12)), 12)
  return { ...sizeOf(chunks), isAnimated: chunks.filter(({ type }) => type === 'ANMF').length > 1, chunks, end: Math.min(end, bytes.length) }
}
