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
  const swap = (i: number, j: number): void => {
    const [x, y] = [heap[i], heap[j]]
    if (x !== undefined && y !== undefined) [heap[i], heap[j]] = [y, x]
  }
  const ordered = (i: number, j: number): boolean => {
    const [x, y] = [heap[i], heap[j]]
    return x === undefined || y === undefined || !isBefore(y, x)
  }
  const push = (due: Due): void => {
    heap.push(due)
    for (let i = heap.length - 1; i > 0;) {
      const parent = (i - 1) >> 1
      if (ordered(parent, i)) return
      swap(parent, i)
      i = parent
    }
  }
  const pop = (): Due | undefined => {
    const first = heap[0]
    const last = heap.pop()
    if (first === undefined || last === undefined || heap.length === 0) return first
    heap[0] = last
    for (let i = 0; ;) {
      const [left, right] = [2 * i + 1, 2 * i + 2]
      const child = right < heap.length && !ordered(left, right) ? right : left
      if (child >= heap.length || ordered(i, child)) return first
      swap(i, child)
      i = child
    }
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
