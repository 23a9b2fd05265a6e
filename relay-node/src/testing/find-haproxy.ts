/** The real balancer, where it is installed. */
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Found as `scripts/server-programs.ts` finds it; null: it is not there. */
export function findHaproxy(): string | null {
  const named = process.env['SOTTO_HAPROXY'] ?? ''
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin']
  for (const file of named === '' ? folders.map((folder) => join(folder, 'haproxy')) : [named]) {
    try {
      accessSync(file, constants.X_OK)
      return file
    } catch {
      // The next one.
    }
  }
  return null
}
