import type { Writes } from './ports.ts'

/** Writes that change nothing. */
export const NO_WRITES: Writes = { rows: [], histories: [], dropHistories: [] }

/**
 * One commit with the effect of two, one after the other. A history that the second one drops loses what the first one
 * wrote to it. Of two writes to a row or record the later value is kept.
 */
export function mergeWrites(first: Writes, second: Writes): Writes {
  const dropped = new Set(second.dropHistories)
  return {
    rows: [...first.rows, ...second.rows],
    histories: [...first.histories.filter((write) => !dropped.has(write.history)), ...second.histories],
    dropHistories: [...new Set([...first.dropHistories, ...second.dropHistories])],
    ...(first.eraseKeys === undefined && second.eraseKeys === undefined ? {} : { eraseKeys: [...(first.eraseKeys ?? []), ...(second.eraseKeys ?? [])] }),
  }
}
