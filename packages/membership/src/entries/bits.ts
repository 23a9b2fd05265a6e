/**
 * Sets of operations as bits: bit `i` means the `i`-th entry of a history. This is what makes "is it in the past
 * of" one look, however long the log is: 10,000 operations take 6 MB.
 */
export type Bits = Uint32Array

export const NO_BITS: Bits = new Uint32Array(0)

export const hasBit = (bits: Bits, index: number): boolean => (((bits[index >>> 5] ?? 0) >>> (index & 31)) & 1) === 1

/** A new set: all of `sets` and all of `indices`. */
export function unionBits(sets: readonly Bits[], indices: readonly number[]): Bits {
  let words = 0
  for (const set of sets) words = Math.max(words, set.length)
  for (const index of indices) words = Math.max(words, (index >>> 5) + 1)
  const union = new Uint32Array(words)
  for (const set of sets) for (let i = 0; i < set.length; i++) union[i] = (union[i] ?? 0) | (set[i] ?? 0)
  for (const index of indices) union[index >>> 5] = (union[index >>> 5] ?? 0) | (1 << (index & 31))
  return union
}

/** A new set: what is in both. */
export function commonBits(a: Bits, b: Bits): Bits {
  const common = new Uint32Array(Math.min(a.length, b.length))
  for (let i = 0; i < common.length; i++) common[i] = (a[i] ?? 0) & (b[i] ?? 0)
  return common
}

/** Whether two sets are the same. Zeros at the end say nothing. */
export function sameBits(a: Bits, b: Bits): boolean {
  const words = Math.max(a.length, b.length)
  for (let i = 0; i < words; i++) if ((a[i] ?? 0) !== (b[i] ?? 0)) return false
  return true
}

/** A new set: what is less than `end`. */
export function bitsBelow(bits: Bits, end: number): Bits {
  const below = bits.slice(0, (end + 31) >>> 5)
  const last = end >>> 5
  if (last < below.length) below[last] = (below[last] ?? 0) & ((1 << (end & 31)) - 1)
  return below
}

export function countBits(bits: Bits): number {
  let count = 0
  for (const word of bits) {
    let rest = word - ((word >>> 1) & 0x55555555)
    rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333)
    count += (((rest + (rest >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24
  }
  return count
}

/** The indices in a set, highest first. */
export function* bitsDescending(bits: Bits): Generator<number> {
  for (let word = bits.length - 1; word >= 0; word--) {
    let rest = bits[word] ?? 0
    while (rest !== 0) {
      const bit = 31 - Math.clz32(rest)
      yield word * 32 + bit
      rest &= ~(1 << bit)
    }
  }
}

/** The indices below `end` that are not in a set, lowest first. */
export function* missingBits(bits: Bits, end: number): Generator<number> {
  for (let word = 0; word * 32 < end; word++) {
    let rest = ~(bits[word] ?? 0)
    while (rest !== 0) {
      const bit = 31 - Math.clz32(rest & -rest)
      const index = word * 32 + bit
      if (index >= end) return
      yield index
      rest &= rest - 1
    }
  }
}
