/**
 * The relay's store on one SQLite file. Synchronous: it lives in a thread of its own (`store-worker.ts`). One `execute`
 * is one transaction, durable when it returns.
 */
import { DatabaseSync } from 'node:sqlite'
import type { MailboxStore, StoreCommand, StoreResult } from '@sotto/mailbox'
import { FULL_DISK_RETRY_MS } from '@sotto/mailbox'
import { createRecordTable } from './record-table.ts'
import { createKeyTable } from './key-table.ts'
import { prepareDatabase } from './sqlite-schema.ts'

/** SQLITE_FULL: the page limit or the disk itself. */
const SQLITE_FULL = 13
/** Pages returned to the file system in one step of expiry. A guess: a MiB takes a few milliseconds. */
const VACUUM_PAGES = 256
/** How long a command waits for another process's lock on the file, such as an operator's tool, before the relay gives up. */
const LOCKED_MS = 10_000

export interface SqliteMailboxStore extends MailboxStore {
  /** The latest time that it was told, within a minute; null: it is new. */
  readonly lastKnownMs: () => number | null
}

/** How often the time is written down. */
const TIME_KEPT_EVERY_MS = 60_000

export function openSqliteMailboxStore(options: {
  /** Path of the file. Created if missing. */
  readonly path: string
  /** Largest size of the file. A tenth of it is reserved (`RESERVED_SHARE`). */
  readonly mostBytes: number
  readonly randomBytes: (lengthBytes: number) => Uint8Array
}): SqliteMailboxStore {
  const database = new DatabaseSync(options.path, { timeout: LOCKED_MS })
  prepareDatabase(database, options.mostBytes)
  const incarnation = readIncarnation(database, options.randomBytes)
  const keys = createKeyTable(database)
  const records = createRecordTable(database, keys.isPublished)
  const readTime = database.prepare("SELECT value FROM meta WHERE name = 'timeMs'")
  const freePages = database.prepare('SELECT freelist_count AS pages FROM pragma_freelist_count')
  const writeTime = database.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES ('timeMs', ?)")
  let timeKeptMs = -Infinity
  const keepTime = (nowMs: number): void => {
    if (Math.abs(nowMs - timeKeptMs) < TIME_KEPT_EVERY_MS) return
    timeKeptMs = nowMs
    try {
      writeTime.run(nowMs)
    } catch (error) {
      if (!isFull(error)) throw error
    }
  }
  let hasDeleted = false

  const executeOne = (command: StoreCommand, nowMs: number): StoreResult => {
    switch (command.kind) {
      case 'append':
        return records.append(command, nowMs)
      case 'read':
        return records.read(command, nowMs)
      case 'acknowledge':
        hasDeleted = true
        records.deleteUpTo(command.mailbox, command.upTo)
        return { kind: 'done' }
      case 'drop':
        hasDeleted = true
        records.deleteUpTo(command.mailbox, Number.MAX_SAFE_INTEGER)
        keys.drop(command.mailbox)
        return { kind: 'done' }
      case 'publishKeys': {
        const isKnown = keys.isPublished(command.mailbox, nowMs) || records.hasRecords(command.mailbox)
        if (!isKnown && records.isReserveReached()) return { kind: 'refused', code: 'diskFull', retryAfterMs: FULL_DISK_RETRY_MS }
        return keys.publish(command, nowMs)
      }
      case 'fetchKeys':
        hasDeleted = true
        return keys.fetch(command, nowMs)
      case 'countKeys':
        return { kind: 'keysLeft', left: keys.count(command.mailbox, nowMs) }
    }
  }

  const transact = <T>(work: () => T): T => {
    database.exec('BEGIN IMMEDIATE')
    try {
      const value = work()
      database.exec('COMMIT')
      return value
    } catch (error) {
      // A full disk may have ended the transaction already.
      if (database.isTransaction) database.exec('ROLLBACK')
      throw error
    }
  }

  /** One by one, so that only the commands without room are refused. */
  const executeOnFullDisk = (command: StoreCommand, nowMs: number): StoreResult => {
    try {
      return transact(() => executeOne(command, nowMs))
    } catch (error) {
      if (!isFull(error)) throw error
      return { kind: 'refused', code: 'diskFull', retryAfterMs: FULL_DISK_RETRY_MS }
    }
  }

  return {
    incarnation: () => incarnation,
    execute: (commands, nowMs) => {
      try {
        return transact(() => commands.map((command) => executeOne(command, nowMs)))
      } catch (error) {
        if (!isFull(error)) throw error
        return commands.map((command) => executeOnFullDisk(command, nowMs))
      }
    },
    lastKnownMs: () => (readTime.get()?.['value'] as number | undefined) ?? null,
    expire: (nowMs, mostRecords) => {
      keepTime(nowMs)
      const forgotten = transact(() => {
        const expired = records.expire(nowMs, mostRecords)
        return expired + keys.expire(nowMs, mostRecords - expired)
      })
      if (forgotten > 0) hasDeleted = true
      if (forgotten === 0 && hasDeleted) {
        database.exec(`PRAGMA incremental_vacuum(${VACUUM_PAGES})`)
        // The rest in the next steps.
        hasDeleted = (freePages.get() as { pages: number }).pages > 0
        // The write-ahead log still holds the old pages: deleted records are gone only when it is truncated.
        database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      }
      return forgotten
    },
    close: () => database.close(),
  }
}

function readIncarnation(database: DatabaseSync, randomBytes: (lengthBytes: number) => Uint8Array): Uint8Array {
  database.prepare("INSERT OR IGNORE INTO meta (name, value) VALUES ('incarnation', ?)").run(randomBytes(16))
  const row = database.prepare("SELECT value FROM meta WHERE name = 'incarnation'").get() as { value: Uint8Array }
  return row.value
}

const isFull = (error: unknown): boolean => error instanceof Error && (error as { readonly errcode?: unknown }).errcode === SQLITE_FULL
