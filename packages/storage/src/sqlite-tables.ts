/**
 * The sealed tables in a file, through Node's own SQLite: for headless peers. A write-ahead log is flushed at every
 * commit (`synchronous = FULL`), deleted bytes are overwritten with zeros, and the file is its owner's only (0600).
 */
import { closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { SQLInputValue } from 'node:sqlite'
import { StorageDamaged, StorageFull } from '@sotto/engine'
import type { SealedHeader, SealedRow } from './sealed-format.ts'
import type { SealedChange, SealedTables } from './sealed-storage.ts'

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS checks (id INTEGER PRIMARY KEY, sealed BLOB NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS rows (name BLOB PRIMARY KEY, sealed BLOB NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS headers (name BLOB PRIMARY KEY, history BLOB NOT NULL, sealed BLOB NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS headers_by_history ON headers (history);
  CREATE TABLE IF NOT EXISTS bodies (name BLOB PRIMARY KEY, sealed BLOB NOT NULL) STRICT;
`

/** SQLite's primary result codes (sqlite.org/rescode.html). */
const SQLITE_FULL = 13
const SQLITE_CORRUPT = 11
const SQLITE_NOTADB = 26

/**
 * Opens or creates the file. `largestBytes` bounds the database's size: commits beyond it fail with `StorageFull`, as on
 * a full disk. Throws `StorageDamaged` if the file is not a database.
 */
export function openSqliteTables(path: string, largestBytes?: number): SealedTables {
  closeSync(openSync(path, 'a', 0o600))
  const database = new DatabaseSync(path)
  const typed = <T>(call: () => T): T => {
    try {
      return call()
    } catch (error) {
      const code = resultCodeOf(error)
      if (code === SQLITE_FULL) throw new StorageFull('the disk has no room left', { cause: error })
      if (code === SQLITE_CORRUPT || code === SQLITE_NOTADB) {
        throw new StorageDamaged('the file is damaged', { cause: error })
      }
      throw error
    }
  }
  const inTransaction = <T>(run: () => T): T =>
    typed(() => {
      database.exec('BEGIN IMMEDIATE')
      try {
        const result = run()
        database.exec('COMMIT')
        return result
      } catch (error) {
        // A full disk may have rolled back by itself.
        if (database.isTransaction) database.exec('ROLLBACK')
        throw error
      }
    })

  try {
    typed(() => {
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON')
      inTransaction(() => database.exec(SCHEMA))
      if (largestBytes !== undefined) {
        const pageSize = Number(database.prepare('PRAGMA page_size').get()?.['page_size'])
        database.exec(`PRAGMA max_page_count = ${Math.floor(largestBytes / pageSize)}`)
      }
    })
  } catch (error) {
    database.close()
    throw error
  }

  const all = <T>(sql: string, ...values: readonly SQLInputValue[]): T[] => typed(() => database.prepare(sql).all(...values) as T[])

  const putRow = database.prepare('INSERT OR REPLACE INTO rows (name, sealed) VALUES (?, ?)')
  const putHeader = database.prepare('INSERT OR REPLACE INTO headers (name, history, sealed) VALUES (?, ?, ?)')
  const putBody = database.prepare('INSERT OR REPLACE INTO bodies (name, sealed) VALUES (?, ?)')
  const deleteRow = database.prepare('DELETE FROM rows WHERE name = ?')
  const deleteHeader = database.prepare('DELETE FROM headers WHERE name = ?')
  const deleteBody = database.prepare('DELETE FROM bodies WHERE name = ?')
  const dropBodies = database.prepare('DELETE FROM bodies WHERE name IN (SELECT name FROM headers WHERE history = ?)')
  const dropHeaders = database.prepare('DELETE FROM headers WHERE history = ?')
  const readHeader = database.prepare('SELECT name, history, sealed FROM headers WHERE name = ?')
  const readBody = database.prepare('SELECT sealed FROM bodies WHERE name = ?')

  const write = (change: SealedChange): void => {
    for (const history of change.dropHistories) {
      dropBodies.run(history)
      dropHeaders.run(history)
    }
    for (const name of change.deleteRows) deleteRow.run(name)
    for (const name of change.deleteRecords) {
      deleteBody.run(name)
      deleteHeader.run(name)
    }
    for (const { name, sealed } of change.putRows) putRow.run(name, sealed)
    for (const { header, body } of change.putRecords) {
      putHeader.run(header.name, header.history, header.sealed)
      putBody.run(header.name, body)
    }
  }

  return {
    check: async (ifEmpty) =>
      inTransaction(() => {
        const [check] = all<{ sealed: Uint8Array }>('SELECT sealed FROM checks WHERE id = 0')
        if (check !== undefined) return check.sealed
        const stored = all('SELECT 1 FROM rows UNION ALL SELECT 1 FROM headers LIMIT 1')
        if (stored.length > 0) throw new StorageDamaged('rows without their check')
        database.prepare('INSERT INTO checks (id, sealed) VALUES (0, ?)').run(ifEmpty)
        return ifEmpty
      }),
    readRows: async () => all<SealedRow>('SELECT name, sealed FROM rows'),
    readHeaders: async (history) => all<SealedHeader>('SELECT name, history, sealed FROM headers WHERE history = ?', history),
    readHeadersOf: async (names) => typed(() => names.map((name) => readHeader.get(name) as SealedHeader | undefined)),
    readBodies: async (names) => typed(() => names.map((name) => (readBody.get(name) as { sealed: Uint8Array } | undefined)?.sealed)),
    write: async (change) => inTransaction(() => write(change)),
    close: async () => database.close(),
  }
}

/** The primary result code of an SQLite failure, or `undefined` for any other error. */
function resultCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined
  return error.errcode & 0xff
}
