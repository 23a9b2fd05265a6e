/** The tables of a relay's store. Nothing here names a person, an address, a peer or a time of arrival. */
import type { DatabaseSync } from 'node:sqlite'

const SCHEMA = `
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
 * Creates missing tables and sets how the file is written.
 *
 * `auto_vacuum` takes effect only before the first table exists, so it comes first. `secure_delete` overwrites deleted
 * bytes: a relay keeps no history, not in free pages either.
 */
export function prepareDatabase(database: DatabaseSync, mostBytes: number): void {
  database.exec('PRAGMA auto_vacuum = INCREMENTAL')
  database.exec('PRAGMA journal_mode = WAL')
  database.exec('PRAGMA synchronous = FULL')
  database.exec('PRAGMA secure_delete = ON')
  database.exec('PRAGMA wal_autocheckpoint = 1000')
  database.exec(SCHEMA)
  const { page_size: pageBytes } = database.prepare('PRAGMA page_size').get() as { page_size: number }
  database.exec(`PRAGMA max_page_count = ${Math.max(64, Math.floor(mostBytes / pageBytes))}`)
}
