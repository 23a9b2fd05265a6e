/** Which chunks of a file are somewhere: a bit for each, the first chunk in the highest bit of the first byte. */

export const emptyBitmap = (chunks: number): Uint8Array => new Uint8Array(Math.ceil(chunks / 8))

export const hasBit = (bitmap: Uint8Array, index: number): boolean => ((bitmap[index >> 3] ?? 0) & (0x80 >> (index & 7))) !== 0

/** The bitmap with one bit more. */
export function withBit(bitmap: Uint8Array, index: number): Uint8Array {
  const next = bitmap.slice()
  next[index >> 3] = (next[index >> 3] ?? 0) | (0x80 >> (index & 7))
  return next
}

/** A bit for each chunk. */
export function fullBitmap(chunks: number): Uint8Array {
  const bitmap = emptyBitmap(chunks).fill(0xff)
  const last = bitmap.length - 1
  if (chunks % 8 !== 0) bitmap[last] = (0xff << (8 - (chunks % 8))) & 0xff
  return bitmap
}

export function countBits(bitmap: Uint8Array): number {
  let count = 0
  for (const byte of bitmap) for (let rest = byte; rest > 0; rest &= rest - 1) count++
  return count
}

/** Whether a bitmap that another device sent is one of so many chunks: of that length, without a bit behind the last. */
export const isBitmapOf = (bitmap: Uint8Array, chunks: number): boolean =>
  bitmap.length === Math.ceil(chunks / 8) && (chunks % 8 === 0 || ((bitmap.at(-1) ?? 0) & (0xff >> (chunks % 8))) === 0)

/** Up to `most` chunks that `here` lacks and `there` has, going round from about chunk `from`. */
export function missingFrom(here: Uint8Array, there: Uint8Array, from: number, most: number, isTaken: (index: number) => boolean): readonly number[] {
  const found: number[] = []
  const bytes = here.length
  const first = Math.floor(from / 8)
  for (let i = 0; i < bytes && found.length < most; i++) {
    const at = (first + i) % bytes
    const open = (there[at] ?? 0) & ~(here[at] ?? 0)
    if (open === 0) continue
    for (let bit = 0; bit < 8 && found.length < most; bit++) {
      const index = at * 8 + bit
      if ((open & (0x80 >> bit)) !== 0 && !isTaken(index)) found.push(index)
    }
  }
  return found
}
