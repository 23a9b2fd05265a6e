/** The tables of a relay's store, and how a file of an earlier version gets them. Nothing here names a person, an address, a peer or a time of arrival. */
import type { DatabaseSync } from 'node:sqlite'

/** The first version of the tables. Later ones come by `STEPS`, so that new and old files are made by the same statements. */
const FIRST = `
  CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS records (
    cursor INTEGER PRIMARY KEY AUTOINCREMENT,
    mailbox BLOB NOT NULL,
    capability INTEGER NOT NULL,
    expiresMs INTEGER NOT NULL,
    dedupe BLOB NOT NULL UNIQUE,
    body BLOB NOT NULL
  );
  CREATE INDEX IF NOT EXISTS recordsOfMailbox ON records (mailbox, cursor);
  CREATE INDEX IF NOT EXISTS recordsByExpiry ON records (expiresMs);
  CREATE TABLE IF NOT EXISTS usage (
    mailbox BLOB NOT NULL,
    capability INTEGER NOT NULL,
    records INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (mailbox, capability)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS publications (
    mailbox BLOB PRIMARY KEY,
    shared BLOB NOT NULL,
    lastResort BLOB NOT NULL,
    expiresMs INTEGER NOT NULL,
    highestOneTime INTEGER NOT NULL,
    highestOneTimeKem INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS publicationsByExpiry ON publications (expiresMs);
  CREATE TABLE IF NOT EXISTS oneTimeKeys (
    mailbox BLOB NOT NULL,
    kem INTEGER NOT NULL,
    id INTEGER NOT NULL,
    key BLOB NOT NULL,
    PRIMARY KEY (mailbox, kem, id)
  ) WITHOUT ROWID;
`

/**
 * Statements that turn a file of version n into one of version n + 1, in order; the version is SQLite's `user_version`.
 * Version 0 is an empty file, or one from before files had versions, whose tables are those of version 1. What was
 * released is never changed: a new step goes behind it, with a file of the version before among the tests'.
 */
const STEPS: readonly string[] = [FIRST]

/** The version that this relay writes. */
export const SCHEMA_VERSION = STEPS.length

/** The file was written by a later relay, whose tables this one does not know. */
export class StoreTooNew extends Error {
  /** Goes with it from the store's thread, as its class does not. */
  readonly code = 'STORE_TOO_NEW'

  constructor(version: number) {
    super(`the store has version ${version}, and this relay knows ${SCHEMA_VERSION}`)
  }
}

export const schemaVersionOf = (database: DatabaseSync): number => (database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version

/**
 * Brings the tables to this version and sets how the file is written. Throws `StoreTooNew` before anything is changed.
 *
 * `auto_vacuum` takes effect only before the first table exists, so it comes first. `secure_delete` overwrites deleted
 * bytes: a relay keeps no history, not in free pages either.
 */
export function prepareDatabase(database: DatabaseSync, mostBytes: number): void {
  const version = schemaVersionOf(database)
  if (version > SCHEMA_VERSION) throw new StoreTooNew(version)
  database.exec('PRAGMA auto_vacuum = INCREMENTAL')
  database.exec('PRAGMA journal_mode = WAL')
  database.exec('PRAGMA synchronous = FULL')
  database.exec('PRAGMA secure_delete = ON')
  database.exec('PRAGMA wal_autocheckpoint = 1000')
  for (const [from, statements] of STEPS.entries()) {
    // Each step and its number at once: a relay that is killed in between goes on from there.
    if (from >= version) database.exec(`BEGIN IMMEDIATE; ${statements} PRAGMA user_version = ${from + 1}; COMMIT`)
  }
  const { page_size: pageBytes } = database.prepare('PRAGMA page_size').get() as { page_size: number }
  database.exec(`PRAGMA max_page_count = ${Math.max(64, Math.floor(mostBytes / pageBytes))}`)
}
