/** Virtual time: planned actions in the order of their time, and in the order of planning where times are equal. */
export interface VirtualTime {
  readonly nowMs: () => number
  readonly after: (delayMs: number, act: () => void) => () => void
  /** Runs everything up to a time. Returns how many actions ran; stops at `most`. */
  readonly runUntil: (atMs: number, most: number) => number
}

interface Due {
  readonly atMs: number
  readonly number: number
  act: (() => void) | null
}

export function createVirtualTime(startMs: number): VirtualTime {
  const heap: Due[] = []
  let nowMs = startMs
  let number = 0
  const isBefore = (x: Due, y: Due): boolean => x.atMs < y.atMs || (x.atMs === y.atMs && x.number < y.number)
  /** Puts an action at a place or above it: those that come later move down. */
  const rise = (place: number, due: Due): void => {
    let i = place
    for (; i > 0; i = (i - 1) >> 1) {
      const parent = heap[(i - 1) >> 1]
      if (parent === undefined || !isBefore(due, parent)) break
      heap[i] = parent
    }
    heap[i] = due
  }
  /** Puts an action at the top or below it: those that come earlier move up. */
  const sink = (due: Due): void => {
    let i = 0
    for (let next = 1; next < heap.length; next = 2 * i + 1) {
      const [left, right] = [heap[next], heap[next + 1]]
      const isRight = left !== undefined && right !== undefined && isBefore(right, left)
      const child = isRight ? right : left
      if (child === undefined || !isBefore(child, due)) break
      heap[i] = child
      i = isRight ? next + 1 : next
    }
    heap[i] = due
  }
  const push = (due: Due): void => rise(heap.length, due)
  const pop = (): void => {
    const last = heap.pop()
    if (last !== undefined && heap.length > 0) sink(last)
  }
  return {
    nowMs: () => nowMs,
    after: (delayMs, act) => {
      const due: Due = { atMs: nowMs + Math.max(0, delayMs), number: number++, act }
      push(due)
      return () => {
        due.act = null
      }
    },
    runUntil: (atMs, most) => {
      let happened = 0
      for (let first = heap[0]; first !== undefined && first.atMs <= atMs && happened < most; first = heap[0]) {
        pop()
        nowMs = first.atMs
        if (first.act === null) continue
        happened++
        first.act()
      }
      nowMs = Math.max(nowMs, atMs)
      return happened
    },
  }
}
