/**
 * Against the loss of a whole profile after a crash. Chromium keeps IndexedDB in LevelDB, which continues in its previous
 * log file. Where a killed browser left half a record at the end, the next one writes behind it. The one after that
 * reads nonsense in the middle and discards the database (google/leveldb issue 1287). When a database is deleted,
 * LevelDB puts what it has into a table and begins a new log. So one is created and deleted before anything is written.
 *
 * Firefox keeps IndexedDB in SQLite and needs none of this.
 */
import { Dexie } from 'dexie'
import { deleteDatabase } from './delete-database.ts'
import { DATABASE_OPTIONS } from './dexie-tables.ts'

const isChromium = (): boolean => /Chrom(?:e|ium)\//.test(globalThis.navigator.userAgent)

/** Makes this browser begin a new log. Best effort: where there is no room, nothing is lost by continuing without. */
export async function beginNewLog(databaseName: string): Promise<void> {
  if (!isChromium()) return
  const scratch = new Dexie(`${databaseName}-scratch`, DATABASE_OPTIONS)
  scratch.version(1).stores({ nothing: '' })
  // Where it cannot be opened, a deletion may still work.
  await scratch.open().catch(() => undefined)
  scratch.close()
  await deleteDatabase(scratch.name).catch(() => undefined)
}

/** When a busy browser may have got round to deleting rows, or closed a file that was still being read. Guesses. */
const LATER_MS = [2_000, 10_000, 30_000]

/**
 * After a wipe: again a few times. Chromium deletes the rows of a database when it has time, which may be after the new
 * log was begun. It looks for unneeded files only when it writes a table.
 */
export function beginNewLogsLater(databaseName: string): void {
  if (isChromium()) for (const afterMs of LATER_MS) setTimeout(() => void beginNewLog(databaseName), afterMs)
}
