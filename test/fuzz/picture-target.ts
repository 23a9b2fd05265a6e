/** Pictures of every kind, damaged: what reads and cleans them is fed with them. */
import { cleanPicture, pictureSize } from '@sotto/pictures'
import { concat, equalBytes, LIMITS } from '@sotto/wire'
import { chunkOf } from '../../packages/pictures/src/png/read-png.ts'
import { fixture, PICTURES } from '../../packages/pictures/src/testing/fixture.ts'
import { damaged, seededRandom } from './invented-encoding.ts'

const pictures = PICTURES.map(({ name }) => fixture(name))

const SIGNATURE_BYTES = 8

/** A PNG whose chunks have right checksums again, as far as chunks can be made out: else no damage to one would get past them. */
function withChecksums(png: Uint8Array): Uint8Array {
  const view = new DataView(png.buffer, png.byteOffset, png.length)
  const parts = [png.subarray(0, SIGNATURE_BYTES)]
  let at = SIGNATURE_BYTES
  while (at + 12 <= png.length && at + 12 + view.getUint32(at) <= png.length) {
    const end = at + 8 + view.getUint32(at)
    parts.push(chunkOf(String.fromCharCode(...png.subarray(at + 4, at + 8)), png.subarray(at + 8, end)))
    at = end + 4
  }
  return concat(...parts, png.subarray(at))
}

/** The reader is total, has the same eyes for size and cleaning, and what it cleaned it finds clean. */
export const picture = {
  name: 'picture',
  input: (seed: number): Uint8Array => {
    const random = seededRandom(seed)
    let made = pictures[Math.floor(random() * pictures.length)] ?? new Uint8Array(0)
    while (random() < 0.7) made = damaged(made, random)
    return made[0] === 0x89 && random() < 0.8 ? withChecksums(made) : made
  },
  feed: (input: Uint8Array): number => {
    const size = pictureSize(input)
    if (size.ok && size.width * size.height > LIMITS.picturePixelsInAll) throw new Error('a picture is too large')
    const clean = cleanPicture(input)
    if (!clean.ok) return 0
    if (!size.ok || size.width !== clean.width || size.height !== clean.height) throw new Error('a picture was cleaned that has another size, or none')
    const again = cleanPicture(clean.bytes)
    if (!again.ok || !equalBytes(again.bytes, clean.bytes) || again.removed.length > 0) throw new Error('a clean picture is not clean')
    return clean.bytes.length
  },
}
