/** Time in Node, as the engine needs it. */
import type { ClockPort } from '@sotto/engine'

/** The longest wait that `setTimeout` takes before it overflows. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1

export const nodeClock: ClockPort = {
  nowMs: () => Date.now(),
  wakeAt: (atMs, wake) => {
    let timer: NodeJS.Timeout
    const wait = (): void => {
      const leftMs = atMs - Date.now()
      timer = leftMs > LONGEST_TIMEOUT_MS ? setTimeout(wait, LONGEST_TIMEOUT_MS) : setTimeout(wake, Math.max(0, leftMs))
    }
    wait()
    return () => clearTimeout(timer)
  },
  yieldToPage: () => new Promise((resolve) => setImmediate(resolve)),
}
