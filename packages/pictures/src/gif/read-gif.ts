/** The blocks of a GIF (GIF89a, 1990). Its pictures may be larger than its screen says, so each counts. */
import { latin1, part, uint16le, uint8 } from '../fields.ts'
import { drawable, type Pixels } from '../pixels.ts'
import { refuse } from '../refused.ts'

export type GifBlock =
  | { readonly is: 'picture'; readonly whole: Uint8Array }
  /** How the next picture is shown: for how long, and what is seen through it. */
  | { readonly is: 'control'; readonly whole: Uint8Array }
  | { readonly is: 'application'; readonly name: string; readonly data: readonly Uint8Array[] }
  | { readonly is: 'comment' | 'plainText' | 'other' }

export interface Gif extends Pixels {
  /** Signature, screen and the table of colours. */
  readonly head: Uint8Array
  readonly blocks: readonly GifBlock[]
  /** Where the picture ends; behind that is something else. */
  readonly end: number
}

const PICTURE = 0x2c
const EXTENSION = 0x21
const TRAILER = 0x3b

const tableBytes = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1))

/** The sub-blocks at `at`, and where they end: behind one of length zero. */
function subBlocks(bytes: Uint8Array, at: number): { readonly data: readonly Uint8Array[]; readonly end: number } {
  const data: Uint8Array[] = []
  for (let length = uint8(bytes, at); length !== 0; length = uint8(bytes, at)) {
    data.push(part(bytes, at + 1, at + 1 + length))
    at += 1 + length
  }
  return { data, end: at + 1 }
}

function readExtension(bytes: Uint8Array, at: number): { readonly block: GifBlock; readonly end: number } {
  const { data, end } = subBlocks(bytes, at + 2)
  switch (uint8(bytes, at + 1)) {
    case 0xf9:
      if (data.length !== 1 || data[0]?.length !== 4) refuse('damaged')
      return { block: { is: 'control', whole: part(bytes, at, end) }, end }
    case 0xff:
      return { block: { is: 'application', name: latin1(data[0] ?? new Uint8Array(0)), data: data.slice(1) }, end }
    case 0xfe:
      return { block: { is: 'comment' }, end }
    case 0x01:
      return { block: { is: 'plainText' }, end }
    default:
      return { block: { is: 'other' }, end }
  }
}

/** Refuses what is not a whole GIF. */
export function readGif(bytes: Uint8Array): Gif {
  let width = uint16le(bytes, 6)
  let height = uint16le(bytes, 8)
  const headEnd = 13 + tableBytes(uint8(bytes, 10))
  const head = part(bytes, 0, headEnd)

  const blocks: GifBlock[] = []
  let at = headEnd
  for (let kind = uint8(bytes, at); kind !== TRAILER; kind = uint8(bytes, at)) {
    if (kind === EXTENSION) {
      const { block, end } = readExtension(bytes, at)
      blocks.push(block)
      at = end
    } else if (kind === PICTURE) {
      const [pictureWidth, pictureHeight] = [uint16le(bytes, at + 5), uint16le(bytes, at + 7)]
      drawable(pictureWidth, pictureHeight)
      width = Math.max(width, uint16le(bytes, at + 1) + pictureWidth)
      height = Math.max(height, uint16le(bytes, at + 3) + pictureHeight)
      const { end } = subBlocks(bytes, at + 10 + tableBytes(uint8(bytes, at + 9)) + 1)
      blocks.push({ is: 'picture', whole: part(bytes, at, end) })
      at = end
    } else {
      refuse('damaged')
    }
  }
  if (!blocks.some(({ is }) => is === 'picture')) refuse('damaged')
  return { ...drawable(width, height), head, blocks, end: at + 1 }
}
