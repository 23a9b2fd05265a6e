/** The chunks of a PNG (third edition §5), animated ones among them. */
import { concat } from '@sotto/wire'
import { bytesOf32, fromLatin1, latin1, part, uint32 } from '../fields.ts'
import { drawable, type Pixels } from '../pixels.ts'
import { refuse } from '../refused.ts'
import { crc32 } from './crc32.ts'

export interface PngChunk {
  readonly type: string
  readonly data: Uint8Array
  /** Length, type, data and checksum. */
  readonly whole: Uint8Array
}

export interface Png extends Pixels {
  readonly isAnimated: boolean
  /** From IHDR to IEND. */
  readonly chunks: readonly PngChunk[]
  /** Where the picture ends; behind that is something else. */
  readonly end: number
}

export const PNG_SIGNATURE = fromLatin1('\x89PNG\r\n\x1a\n')

/** Chunks that a picture is drawn from, and the lengths that they may have. */
export const DRAWN: ReadonlyMap<string, (length: number) => boolean> = new Map<string, (length: number) => boolean>([
  ['IHDR', (length) => length === 13],
  ['PLTE', (length) => length > 0 && length <= 768 && length % 3 === 0],
  ['IDAT', () => true],
  ['IEND', (length) => length === 0],
  ['tRNS', (length) => length <= 256],
  ['gAMA', (length) => length === 4],
  ['cHRM', (length) => length === 32],
  ['sRGB', (length) => length === 1],
  ['cICP', (length) => length === 4],
  ['mDCV', (length) => length === 24],
  ['cLLI', (length) => length === 8],
  ['acTL', (length) => length === 8],
  ['fcTL', (length) => length === 26],
  ['fdAT', (length) => length >= 4],
])

/** A picture has at most one of each. */
const ONCE = ['IHDR', 'PLTE', 'IEND', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'cICP', 'iCCP', 'mDCV', 'cLLI', 'acTL']

/** A program that does not know such a chunk cannot draw the picture: the first letter is a capital. */
const isCritical = (type: string): boolean => type < 'a'

export const chunkOf = (type: string, data: Uint8Array): Uint8Array => {
  const named = concat(fromLatin1(type), data)
  return concat(bytesOf32(data.length), named, bytesOf32(crc32(named)))
}

function readChunk(bytes: Uint8Array, at: number): PngChunk {
  const length = uint32(bytes, at)
  const type = latin1(part(bytes, at + 4, at + 8))
  const data = part(bytes, at + 8, at + 8 + length)
  if (uint32(bytes, at + 8 + length) !== crc32(part(bytes, at + 4, at + 8 + length))) refuse('damaged')
  const lengthFits = DRAWN.get(type)
  if (!/^[A-Za-z]{4}$/.test(type) || lengthFits?.(length) === false) refuse('damaged')
  if (isCritical(type) && lengthFits === undefined) refuse('notSupported')
  return { type, data, whole: part(bytes, at, at + 12 + length) }
}

/** Refuses a frame of an animation that is not inside the picture (§11.3.6.2). */
function checkFrame(frame: Uint8Array, { width, height }: Pixels): void {
  const right = uint32(frame, 4) + uint32(frame, 12)
  const bottom = uint32(frame, 8) + uint32(frame, 16)
  if (right > width || bottom > height) refuse('contradictory')
}

/** Refuses what is not a whole PNG. */
export function readPng(bytes: Uint8Array): Png {
  const first = readChunk(bytes, PNG_SIGNATURE.length)
  if (first.type !== 'IHDR') refuse('damaged')
  // Before anything else is read of a picture that nobody draws.
  const pixels = drawable(uint32(first.data, 0), uint32(first.data, 4))

  const chunks = [first]
  let at = PNG_SIGNATURE.length + first.whole.length
  while (chunks.at(-1)?.type !== 'IEND') {
    const chunk = readChunk(bytes, at)
    if (ONCE.includes(chunk.type) && chunks.some(({ type }) => type === chunk.type)) refuse('contradictory')
    if (chunk.type === 'fcTL') checkFrame(chunk.data, pixels)
    chunks.push(chunk)
    at += chunk.whole.length
  }
  const isData = chunks.map(({ type }) => type === 'IDAT')
  if (!isData.includes(true) || isData.slice(isData.indexOf(true), isData.lastIndexOf(true)).includes(false)) refuse('damaged')
  return { ...pixels, isAnimated: chunks.filter(({ type }) => type === 'fcTL').length > 1, chunks, end: at }
}
