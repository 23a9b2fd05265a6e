import type { Writes } from './ports.ts'

/** Writes that change nothing. */
export const NO_WRITES: Writes = { rows: [], logs: [], dropLogs: [] }

/**
 * One commit that does what two, one after the other, would do. A log that the second one drops loses what the first
 * one wrote to it; a row or record written twice keeps the later value.
 */
export function mergeWrites(first: Writes, second: Writes): Writes {
  const dropped = new Set(second.dropLogs)
  return {
    rows: [...first.rows, ...second.rows],
    logs: [...first.logs.filter((write) => !dropped.has(write.log)), ...second.logs],
    dropLogs: [...new Set([...first.dropLogs, ...second.dropLogs])],
  }
}
