/** Boxes of the ISO base media file format (ISO/IEC 14496-12 §4.2). */
import { concat } from '@sotto/wire'
import { bytesOf32, fromLatin1, joined, latin1, part, uint32, uint8 } from '../fields.ts'
import { refuse } from '../refused.ts'

export interface Box {
  readonly type: string
  readonly body: Uint8Array
}

interface PlacedBox extends Box {
  readonly end: number
}

function boxAt(bytes: Uint8Array, at: number): PlacedBox {
  const size = uint32(bytes, at)
  const type = latin1(part(bytes, at + 4, at + 8))
  // 0: to the end; 1: a length of 64 bits follows.
  if (size === 1 && uint32(bytes, at + 8) !== 0) refuse('truncated')
  const start = at + (size === 1 ? 16 : 8)
  const end = size === 0 ? bytes.length : at + (size === 1 ? uint32(bytes, at + 12) : size)
  return { type, body: part(bytes, start, end), end }
}

/** The boxes that fill `bytes` from `start` on. */
export function boxesIn(bytes: Uint8Array, start = 0): readonly Box[] {
  const boxes: Box[] = []
  for (let at = start; at < bytes.length;) {
    const { end, ...box } = boxAt(bytes, at)
    boxes.push(box)
    at = end
  }
  return boxes
}

/** The boxes of a file, up to what is none or does not fit: behind the picture's own boxes that is something else. */
export function topBoxes(bytes: Uint8Array): { readonly boxes: readonly Box[]; readonly end: number } {
  const boxes: Box[] = []
  let at = 0
  while (at + 8 <= bytes.length) {
    const size = uint32(bytes, at)
    const header = size === 1 ? 16 : 8
    const isWhole = size === 0 || (size === 1 ? at + 16 <= bytes.length && uint32(bytes, at + 8) === 0 && uint32(bytes, at + 12) >= header : size >= header)
    const length = size === 0 ? bytes.length - at : size === 1 && isWhole ? uint32(bytes, at + 12) : size
    if (!isWhole || at + length > bytes.length) break
    const { end, ...box } = boxAt(bytes, at)
    boxes.push(box)
    at = end
  }
  return { boxes, end: at }
}

/** The one box of a type, or none. */
export function onlyBox(boxes: readonly Box[], type: string): Box | undefined {
  const [box, second] = boxes.filter((each) => each.type === type)
  if (second !== undefined) refuse('contradictory')
  return box
}

export const boxOf = (type: string, ...parts: readonly Uint8Array[]): Uint8Array => boxOfAll(type, parts)

/** The same of any number of parts. */
export const boxOfAll = (type: string, parts: readonly Uint8Array[]): Uint8Array => {
  const body = joined(parts)
  return concat(bytesOf32(8 + body.length), fromLatin1(type), body)
}

/** A box that begins with a version (8 bits) and flags (24). */
export const fullBoxOf = (type: string, flags: number, version: number, ...parts: readonly Uint8Array[]): Uint8Array =>
  boxOf(type, bytesOf32(version * 0x100_0000 + flags), ...parts)

export const versionOf = ({ body }: Box): number => uint8(body, 0)
export const flagsOf = ({ body }: Box): number => uint32(body, 0) % 0x100_0000
