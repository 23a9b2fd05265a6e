/** Randomness from a seed: xorshift128 (Marsaglia 2003), for simulations only. The same seed makes the same world. */
export interface SeededRandom {
  /** An integer below `limit`. */
  readonly below: (limit: number) => number
  readonly chance: (probability: number) => boolean
  readonly between: (from: number, to: number) => number
  readonly bytes: (length: number) => Uint8Array
  readonly pick: <T>(items: readonly T[]) => T
}

export function seededRandom(seed: number): SeededRandom {
  let [a, b, c, d] = [seed >>> 0 || 1, 0x9e3779b9, 0x243f6a88, 0xb7e15162]
  const next = (): number => {
    const t = a ^ (a << 11)
    a = b
    b = c
    c = d
    d = (d ^ (d >>> 19) ^ (t ^ (t >>> 8))) >>> 0
    return d
  }
  for (let i = 0; i < 16; i++) next()
  const below = (limit: number): number => Math.floor((next() / 2 ** 32) * limit)
  return {
    below,
    chance: (probability) => next() / 2 ** 32 < probability,
    between: (from, to) => from + below(to - from + 1),
    bytes: (length) => {
      const drawn = new Uint8Array(length)
      for (let i = 0; i < length; i++) drawn[i] = next()
      return drawn
    },
    pick: (items) => {
      const item = items[below(items.length)]
      if (item === undefined) throw new RangeError('nothing to pick from')
      return item
    },
  }
}
