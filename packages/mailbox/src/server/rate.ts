/** A token bucket: a burst at once, then a number per second. */

export interface Rate {
  /** Takes one token: 0 if there was one, else the ms until there will be. Being refused costs nothing. */
  readonly take: (nowMs: number) => number
  /** Whether nothing was taken lately. Such a bucket need not be kept. */
  readonly isFull: (nowMs: number) => boolean
}

/** Sums of fractions may be off by this much. */
const ROUNDING = 1e-6

export function createRate(perSecond: number, burst: number, startMs: number): Rate {
  let tokens = burst
  let atMs = startMs
  const refill = (nowMs: number): void => {
    tokens = Math.min(burst, tokens + (Math.max(0, nowMs - atMs) * perSecond) / 1000)
    atMs = Math.max(atMs, nowMs)
  }
  return {
    take: (nowMs) => {
      refill(nowMs)
      if (tokens + ROUNDING < 1) return Math.ceil(((1 - tokens) / perSecond) * 1000)
      tokens -= 1
      return 0
    },
    isFull: (nowMs) => {
      refill(nowMs)
      return tokens + ROUNDING >= burst
    },
  }
}
