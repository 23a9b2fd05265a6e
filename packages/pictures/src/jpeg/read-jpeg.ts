/**
 * The segments of a JPEG (ITU-T T.81 annex B). Read are the processes that browsers decode: baseline, extended and progressive Huffman
 * coding, one frame. A second frame, a height that comes later (DNL) or in steps (hierarchical) could say another size than the first.
 */
import { part, uint16, uint8 } from '../fields.ts'
import { drawable, type Pixels } from '../pixels.ts'
import { refuse } from '../refused.ts'

export const MARKER = {
  tables: 0xc4,
  restart: 0xdd,
  quantisation: 0xdb,
  scan: 0xda,
  comment: 0xfe,
  app0: 0xe0,
  app1: 0xe1,
  app2: 0xe2,
  app13: 0xed,
  app14: 0xee,
} as const

export interface JpegSegment {
  readonly marker: number
  /** What is behind its length. */
  readonly body: Uint8Array
  /** Marker, length, body and, of a scan, the coded picture behind it. */
  readonly whole: Uint8Array
}

export interface Jpeg extends Pixels {
  readonly segments: readonly JpegSegment[]
  /** Where the picture ends; behind that is something else. */
  readonly end: number
}

const START = 0xd8
const END = 0xd9
const NUMBER_OF_LINES = 0xdc
/** Of hierarchical coding. */
const HIERARCHY = 0xde
const EXPAND = 0xdf
const NOT_DECODED = [NUMBER_OF_LINES, HIERARCHY, EXPAND]
/** Start of frame: baseline, extended sequential, progressive. */
const FRAMES = [0xc0, 0xc1, 0xc2]

export const isFrame = (marker: number): boolean => FRAMES.includes(marker)
const isOtherFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && !isFrame(marker) && marker !== MARKER.tables
const isRestart = (byte: number): boolean => byte >= 0xd0 && byte <= 0xd7

/** The first byte behind the coded data at `at`: that of a marker. */
function endOfScan(bytes: Uint8Array, at: number): number {
  for (let next = bytes.indexOf(0xff, at); next !== -1; next = bytes.indexOf(0xff, next + 1)) {
    const following = bytes[next + 1]
    if (following === undefined) break
    if (following !== 0 && following !== 0xff && !isRestart(following)) return next
  }
  return refuse('truncated')
}

/** Whether tables of coefficients (B.2.4.1) or codes (B.2.4.2) end where their segment does. */
function tablesFit({ marker, body }: JpegSegment): boolean {
  let at = 0
  while (at < body.length) {
    if (marker === MARKER.quantisation) at += 1 + 64 * ((body[at] ?? 0) >> 4 === 0 ? 1 : 2)
    else at += 17 + body.subarray(at + 1, at + 17).reduce((sum, codes) => sum + codes, 0)
  }
  return at === body.length
}

/** Whether nothing but what its marker stands for is in a segment, of those that are kept. */
function fits(segment: JpegSegment): boolean {
  const { marker, body } = segment
  if (marker === MARKER.quantisation || marker === MARKER.tables) return tablesFit(segment)
  if (marker === MARKER.restart) return body.length === 2
  if (isFrame(marker)) return body.length === 6 + 3 * uint8(body, 5)
  if (marker === MARKER.scan) return body.length === 4 + 2 * uint8(body, 0)
  return true
}

function sizeOf(segments: readonly JpegSegment[]): Pixels {
  const frames = segments.filter(({ marker }) => isFrame(marker))
  const [frame] = frames
  if (frame === undefined) return refuse('damaged')
  if (frames.length > 1) refuse('contradictory')
  const firstScan = segments.findIndex(({ marker }) => marker === MARKER.scan)
  if (firstScan === -1 || firstScan < segments.indexOf(frame)) refuse('damaged')
  return drawable(uint16(frame.body, 3), uint16(frame.body, 1))
}

/** Refuses what is not a whole JPEG that browsers decode. */
export function readJpeg(bytes: Uint8Array): Jpeg {
  const segments: JpegSegment[] = []
  let at = 2
  for (;;) {
    if (uint8(bytes, at) !== 0xff) refuse('damaged')
    // Any number of fill bytes may stand before a marker.
    while (uint8(bytes, at + 1) === 0xff) at += 1
    const marker = uint8(bytes, at + 1)
    if (marker === END) break
    if (NOT_DECODED.includes(marker) || isOtherFrame(marker)) refuse('notSupported')
    if (marker < 0xc0 || marker === START || isRestart(marker)) refuse('damaged')
    const bodyEnd = at + 2 + uint16(bytes, at + 2)
    const body = part(bytes, at + 4, bodyEnd)
    const end = marker === MARKER.scan ? endOfScan(bytes, bodyEnd) : bodyEnd
    const segment = { marker, body, whole: part(bytes, at, end) }
    if (!fits(segment)) refuse('damaged')
    segments.push(segment)
    at = end
  }
  return { ...sizeOf(segments), segments, end: at + 2 }
}
