/** A token bucket: a burst at once, then a number per second. */

export interface Rate {
  /** Takes tokens: 0 if there were so many, else the ms until there will be. Being refused costs nothing. */
  readonly take: (nowMs: number, tokens?: number) => number
  /** Takes tokens that may not be there: what is missing is owed, up to a burst. */
  readonly charge: (nowMs: number, tokens: number) => void
  /** The ms until there will be so many tokens, which stay. */
  readonly wait: (nowMs: number, tokens?: number) => number
  /** Whether nothing was taken lately. Such a bucket need not be kept. */
  readonly isFull: (nowMs: number) => boolean
}

/** Sums of fractions may be off by this much. */
const ROUNDING = 1e-6

export function createRate(perSecond: number, burst: number, startMs: number): Rate {
  let tokens = burst
  let atMs = startMs
  const refill = (nowMs: number): void => {
    // A clock that was set back refills nothing for once, and never stops the bucket.
    tokens = Math.min(burst, tokens + (Math.max(0, nowMs - atMs) * perSecond) / 1000)
    atMs = nowMs
  }
  const wait = (nowMs: number, wanted = 1): number => {
    refill(nowMs)
    return tokens + ROUNDING >= wanted ? 0 : Math.ceil(((wanted - tokens) / perSecond) * 1000)
  }
  return {
    take: (nowMs, wanted = 1) => {
      const waitMs = wait(nowMs, wanted)
      if (waitMs === 0) tokens -= wanted
      return waitMs
    },
    charge: (nowMs, charged) => {
      refill(nowMs)
      tokens = Math.max(-burst, tokens - charged)
    },
    wait,
    isFull: (nowMs) => {
      refill(nowMs)
      return tokens + ROUNDING >= burst
    },
  }
}

/** Buckets of one size, by name. One that is full again is forgotten when there are many. */
export interface Rates {
  readonly of: (name: string, nowMs: number) => Rate
}

/** Beyond so many buckets, full ones are forgotten. A guess: some hundred bytes each. */
const BUCKETS_KEPT = 1_024

export function createRates(perSecond: number, burst: number): Rates {
  const buckets = new Map<string, Rate>()
  let sweepAt = BUCKETS_KEPT
  return {
    of: (name, nowMs) => {
      const known = buckets.get(name)
      if (known !== undefined) return known
      if (buckets.size >= sweepAt) {
        for (const [other, bucket] of buckets) if (bucket.isFull(nowMs)) buckets.delete(other)
        // Those that are in use are looked through again only when there are twice as many.
        sweepAt = Math.max(BUCKETS_KEPT, 2 * buckets.size)
      }
      const bucket = createRate(perSecond, burst, nowMs)
      buckets.set(name, bucket)
      return bucket
    },
  }
}
