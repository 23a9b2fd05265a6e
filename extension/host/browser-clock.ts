/** Time in a browser page, as the engine needs it. */
import type { ClockPort } from '@sotto/engine'

/** The longest wait that `setTimeout` takes before it overflows (HTML standard: a signed 32-bit number). */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1

/** A channel's message is a macrotask that, unlike a nested timer, is not delayed to 4 ms. */
export function createBrowserClock(): ClockPort {
  const { port1, port2 } = new MessageChannel()
  const waiting: (() => void)[] = []
  port1.addEventListener('message', () => waiting.shift()?.())
  port1.start()
  return {
    nowMs: () => Date.now(),
    wakeAt: (atMs, wake) => {
      let timer: ReturnType<typeof setTimeout>
      const wait = (): void => {
        const leftMs = atMs - Date.now()
        timer = leftMs > LONGEST_TIMEOUT_MS ? setTimeout(wait, LONGEST_TIMEOUT_MS) : setTimeout(wake, Math.max(0, leftMs))
      }
      wait()
      return () => clearTimeout(timer)
    },
    yieldToPage: () =>
      new Promise((resolve) => {
        waiting.push(resolve)
        port2.postMessage(null)
      }),
  }
}
