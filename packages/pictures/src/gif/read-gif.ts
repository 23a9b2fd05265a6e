/** The blocks of a GIF (GIF89a, 1990). Its pictures may be larger than its screen says, so each counts. */
import { latin1, part, uint16le, uint8 } from '../fields.ts'
import { drawable, type Pixels } from '../pixels.ts'
import { refuse } from '../refused.ts'

export type GifBlock =
  | { readonly is: 'picture'; readonly whole: Uint8Array }
  /** How the next picture is shown: for how long, and what is seen through it. */
  | { readonly is: 'control'; readonly whole: Uint8Array }
  /** `data`: the sub-blocks behind the one with its name, each with its length before it. */
  | { readonly is: 'application'; readonly name: string; readonly data: Uint8Array }
  | { readonly is: 'comment' | 'plainText' | 'other' }

export interface Gif extends Pixels {
  readonly isAnimated: boolean
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

/** Where the sub-blocks at `at` end: behind one of length zero. */
function endOfSubBlocks(bytes: Uint8Array, at: number): number {
  while (uint8(bytes, at) !== 0) at += 1 + uint8(bytes, at)
  return at + 1
}

function readExtension(bytes: Uint8Array, at: number): { readonly block: GifBlock; readonly end: number } {
  const data = at + 2
  const end = endOfSubBlocks(bytes, data)
  const first = uint8(bytes, data)
  switch (uint8(bytes, at + 1)) {
    case 0xf9:
      if (first !== 4 || end !== data + 6) refuse('damaged')
      return { block: { is: 'control', whole: part(bytes, at, end) }, end }
    case 0xff:
      return {
        block: { is: 'application', name: latin1(part(bytes, data + 1, data + 1 + first)), data: part(bytes, Math.min(data + 1 + first, end), end) },
        end,
      }
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
  // Some programs leave out the trailer: then the file ends where a block does.
  for (let kind = bytes[at] ?? TRAILER; kind !== TRAILER; kind = bytes[at] ?? TRAILER) {
    if (kind === EXTENSION) {
      const { block, end } = readExtension(bytes, at)
      blocks.push(block)
      at = end
    } else if (kind === PICTURE) {
      const [pictureWidth, pictureHeight] = [uint16le(bytes, at + 5), uint16le(bytes, at + 7)]
      drawable(pictureWidth, pictureHeight)
      width = Math.max(width, uint16le(bytes, at + 1) + pictureWidth)
      height = Math.max(height, uint16le(bytes, at + 3) + pictureHeight)
      const end = endOfSubBlocks(bytes, at + 10 + tableBytes(uint8(bytes, at + 9)) + 1)
      blocks.push({ is: 'picture', whole: part(bytes, at, end) })
      at = end
    } else {
      refuse('damaged')
    }
  }
  const frames = blocks.filter(({ is }) => is === 'picture').length
  if (frames === 0) refuse('damaged')
  return { ...drawable(width, height), isAnimated: frames > 1, head, blocks, end: Math.min(at + 1, bytes.length) }
}
