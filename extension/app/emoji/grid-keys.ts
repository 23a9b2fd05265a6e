/** Where an arrow leads in a grid whose rows have different lengths. */

export interface Cell {
  readonly row: number
  readonly column: number
}

/** The cell for a key; null: the key moves nowhere. `lengths`: how many cells each row has. Above the first row is none. */
export function cellAfter(key: string, { row, column }: Cell, lengths: readonly number[]): Cell | null {
  const at = (inRow: number, inColumn: number): Cell | null => {
    const length = lengths[inRow]
    return length === undefined ? null : { row: inRow, column: Math.min(inColumn, length - 1) }
  }
  const length = lengths[row] ?? 0
  switch (key) {
    case 'ArrowRight':
      return column + 1 < length ? { row, column: column + 1 } : at(row + 1, 0)
    case 'ArrowLeft':
      return column > 0 ? { row, column: column - 1 } : at(row - 1, Number.POSITIVE_INFINITY)
    case 'ArrowDown':
      return at(row + 1, column)
    case 'ArrowUp':
      return at(row - 1, column)
    case 'PageDown':
      return at(Math.min(row + PAGE_ROWS, lengths.length - 1), column)
    case 'PageUp':
      return at(Math.max(row - PAGE_ROWS, 0), column)
    case 'Home':
      return { row, column: 0 }
    case 'End':
      return at(row, length - 1)
    default:
      return null
  }
}

const PAGE_ROWS = 5
