/** Which rows of a long list have to exist: arithmetic of a windowed list, heights in px. */

/** Up to this number all rows are drawn: that costs little and keeps find-in-page and screen readers complete. */
export const DRAW_ALL_ROWS = 400

/** Rows drawn beyond the visible ones on each side, so that a fast scroll finds them. A guess. */
const OVERSCAN_ROWS = 30

/** Half-open range of row indices. */
export interface RowRange {
  readonly from: number
  readonly to: number
}

/** Where each row begins, and at the end the whole height: one more entry than there are heights. */
export function offsetsOf(heights: readonly number[]): readonly number[] {
  const offsets = [0]
  let total = 0
  for (const height of heights) {
    total += height
    offsets.push(total)
  }
  return offsets
}

/** Index of the last row that begins at or above `y`; 0 in an empty list. */
export function rowAt(offsets: readonly number[], y: number): number {
  let low = 0
  let high = Math.max(0, offsets.length - 2)
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((offsets[middle] ?? 0) <= y) low = middle
    else high = middle - 1
  }
  return low
}

/** Rows drawn at first beyond the visible ones, and how many more with each step after that: a conversation is there at once. */
export const FIRST_SPREAD_ROWS = 6
export const SPREAD_STEP_ROWS = 20

/** The rows to draw for a viewport of `height` at `top`. `spread`: no more than so many beyond it on each side. */
export function visibleRange(offsets: readonly number[], top: number, height: number, spread = Number.POSITIVE_INFINITY): RowRange {
  const count = offsets.length - 1
  const beyond = Math.min(spread, count <= DRAW_ALL_ROWS ? count : OVERSCAN_ROWS)
  return {
    from: Math.max(0, rowAt(offsets, top) - beyond),
    to: Math.min(count, rowAt(offsets, top + height) + 1 + beyond),
  }
}
