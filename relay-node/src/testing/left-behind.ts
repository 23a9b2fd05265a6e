/** What a test starts and writes, which `endAll` takes away after it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const endings: (() => unknown)[] = []

/** After each test: ends everything that the test left, newest first. */
export async function endAll(): Promise<void> {
  for (const end of endings.splice(0).reverse()) await end()
}

/** Lets `endAll` do this. */
export const endLater = (end: () => unknown): void => void endings.push(end)

/** A folder of this test. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-relay-'))
  endLater(() => rmSync(folder, { recursive: true }))
  return folder
}
