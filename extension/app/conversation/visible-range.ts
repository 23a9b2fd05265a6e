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

/** The rows to draw for a viewport of `height` at `top`. */
export function visibleRange(offsets: readonly number[], top: number, height: number): RowRange {
  const count = offsets.length - 1
  if (count <= DRAW_ALL_ROWS) return { from: 0, to: count }
  return {
    from: Math.max(0, rowAt(offsets, top) - OVERSCAN_ROWS),
    to: Math.min(count, rowAt(offsets, top + height) + 1 + OVERSCAN_ROWS),
  }
}
