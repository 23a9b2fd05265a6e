/** A GIF without what is about people: its pictures, how long each is shown, and how often all are. Comments, XMP and the rest go. */
import { concat } from '@sotto/wire'
import type { Cleaned } from '../cleaned.ts'
import { fromLatin1, joined } from '../fields.ts'
import { toldBehind } from '../told/behind.ts'
import { removedKinds, type RemovedKind } from '../told/removed-kind.ts'
import { toldByXmp } from '../told/xmp.ts'
import { type GifBlock, readGif } from './read-gif.ts'

const LOOPS = ['NETSCAPE2.0', 'ANIMEXTS1.0']
const TRAILER = Uint8Array.of(0x3b)

/** How often, of an application block that says so: a sub-block of three bytes, the first is 1. */
function loopOf({ name, data }: GifBlock & { readonly is: 'application' }): Uint8Array | undefined {
  const [length = 0, id = 0, low = 0, high = 0] = data
  if (!LOOPS.includes(name) || length !== 3 || (id & 7) !== 1) return undefined
  return concat(Uint8Array.of(0x21, 0xff, 11), fromLatin1('NETSCAPE2.0'), Uint8Array.of(3, 1, low, high, 0))
}

function toldBy(block: GifBlock): readonly RemovedKind[] {
  if (block.is === 'comment' || block.is === 'plainText') return ['text']
  if (block.is === 'application' && block.name === 'XMP DataXMP') return toldByXmp(block.data)
  return ['other']
}

export function cleanGif(bytes: Uint8Array): Cleaned {
  const { width, height, isAnimated, head, blocks, end } = readGif(bytes)
  const removed = removedKinds()
  const written: Uint8Array[] = [head]
  let control: Uint8Array | undefined
  for (const block of blocks) {
    const loop = block.is === 'application' ? loopOf(block) : undefined
    if (loop !== undefined) {
      written.push(loop)
    } else if (block.is === 'control') {
      control = block.whole
    } else if (block.is === 'picture') {
      if (control !== undefined) written.push(control)
      written.push(block.whole)
      control = undefined
    } else {
      removed.add(...toldBy(block))
      // It was about the text, not about the next picture.
      if (block.is === 'plainText') control = undefined
    }
  }
  removed.add(...toldBehind(bytes, end))
  return { width, height, isAnimated, bytes: joined([...written, TRAILER]), removed: removed.kinds() }
}
