/** How long a file still takes, from how it came in the last seconds. */

/** What came longer ago says nothing of now, ms. A guess. */
const WINDOW_MS = 15_000
/** Before that nothing is said: the first seconds of a file are unlike the others, ms. */
const LEAST_MS = 2_000

interface Sample {
  readonly atMs: number
  readonly bytes: number
}

export interface Pace {
  /** How much is here now. Answers how many ms the rest takes; null: it is not known yet, or nothing comes. */
  readonly leftMs: (bytesHere: number, sizeBytes: number, nowMs: number) => number | null
}

export function startPace(): Pace {
  let samples: readonly Sample[] = []
  return {
    leftMs: (bytesHere, sizeBytes, nowMs) => {
      const last = samples.at(-1)
      // It began again, as after a disk that lost some of it.
      if (last !== undefined && bytesHere < last.bytes) samples = []
      if (last?.bytes !== bytesHere) samples = [...samples, { atMs: nowMs, bytes: bytesHere }]
      samples = samples.filter(({ atMs }) => nowMs - atMs <= WINDOW_MS)
      const first = samples[0]
      if (first === undefined || nowMs - first.atMs < LEAST_MS || bytesHere === first.bytes) return null
      return ((sizeBytes - bytesHere) * (nowMs - first.atMs)) / (bytesHere - first.bytes)
    },
  }
}
