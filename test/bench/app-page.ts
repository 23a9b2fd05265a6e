/** What the app's benchmark runs inside a page. Each function can use nothing from outside its braces. */

/** Before the page's own script: notes when the first element that matches has been painted, ms since the navigation. */
export function notePaintOf(selector: string): void {
  const world = globalThis as unknown as { paintedMs: number | null }
  world.paintedMs = null
  const look = (): void => {
    if (document.querySelector(selector) === null) {
      requestAnimationFrame(look)
      return
    }
    // The frame after the one that draws it.
    requestAnimationFrame(() => setTimeout(() => (world.paintedMs = performance.now()), 0))
  }
  requestAnimationFrame(look)
}

export const paintedMs = (): number | null => (globalThis as unknown as { paintedMs: number | null }).paintedMs

/** Scrolls up through the messages, and returns the time between each two frames, ms. */
export async function scrollUp(frames: number): Promise<readonly number[]> {
  const scroller = document.querySelector('.messages')
  if (scroller === null) throw new Error('no messages to scroll')
  const times: number[] = []
  let last = await new Promise<number>(requestAnimationFrame)
  for (let frame = 0; frame < frames; frame++) {
    scroller.scrollTop -= 90
    const now = await new Promise<number>(requestAnimationFrame)
    times.push(now - last)
    last = now
  }
  return times
}

/** From a key to the frame that shows it, for each key from here on. */
export function noteKeys(): void {
  const world = globalThis as unknown as { keyMs: number[]; isNoting?: boolean }
  world.keyMs = []
  if (world.isNoting === true) return
  world.isNoting = true
  addEventListener(
    'keydown',
    (event) => {
      const began = event.timeStamp
      requestAnimationFrame(() => setTimeout(() => world.keyMs.push(performance.now() - began), 0))
    },
    true,
  )
}

export const keyTimes = (): readonly number[] => (globalThis as unknown as { keyMs: number[] }).keyMs

export const heapMib = (): number => {
  const { memory } = performance as unknown as { readonly memory?: { readonly usedJSHeapSize: number } }
  return (memory?.usedJSHeapSize ?? 0) / 2 ** 20
}
