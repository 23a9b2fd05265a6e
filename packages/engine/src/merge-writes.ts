import type { Writes } from './ports.ts'

/** Writes that change nothing. */
export const NO_WRITES: Writes = { rows: [], histories: [], dropHistories: [] }

/**
 * One commit that does what two, one after the other, would do. A log that the second one drops loses what the first
 * one wrote to it; a row or record written twice keeps the later value.
 */
export function mergeWrites(first: Writes, second: Writes): Writes {
  const dropped = new Set(second.dropHistories)
  return {
    rows: [...first.rows, ...second.rows],
    histories: [...first.histories.filter((write) => !dropped.has(write.history)), ...second.histories],
    dropHistories: [...new Set([...first.dropHistories, ...second.dropHistories])],
  }
}
