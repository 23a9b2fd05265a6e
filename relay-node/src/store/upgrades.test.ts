/** A store opens files of every earlier version, and leaves those of later ones alone. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { MailboxId } from '@sotto/wire'
import { afterEach, expect, test } from 'vitest'
import { openSqliteMailboxStore } from './sqlite-mailbox-store.ts'
import { SCHEMA_VERSION, StoreTooNew, schemaVersionOf } from './sqlite-schema.ts'

const folders: string[] = []
const newFile = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-upgrades-'))
  folders.push(folder)
  return join(folder, 'mailboxes.sqlite')
}
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})
const open = (path: string) => openSqliteMailboxStore({ path, mostBytes: 2 ** 30, randomBytes: (length) => new Uint8Array(length) })
const mailbox = new Uint8Array(32).fill(9) as MailboxId
/** What a file says of its tables, in any order of making. */
const tablesOf = (path: string): readonly unknown[] => {
  const database = new DatabaseSync(path)
  const found = database.prepare("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name").all()
  // SQLite keeps statements as they were written, with their spaces.
  const tables = found.map((row) => ({ ...row, sql: String(row['sql']).replaceAll(/\s+/g, ' ') }))
  const version = schemaVersionOf(database)
  database.close()
  return [version, ...tables]
}

/** `testing/mailboxes-N.sql` for each version N before this one. */
const EARLIER = Array.from({ length: SCHEMA_VERSION }, (_, version) => version)

test.each(EARLIER)('a file of version %d opens with all that is in it, and is one of this version then', (version) => {
  const path = newFile()
  const database = new DatabaseSync(path)
  database.exec('PRAGMA auto_vacuum = INCREMENTAL')
  database.exec(readFileSync(new URL(`testing/mailboxes-${version}.sql`, import.meta.url), 'utf8'))
  expect(schemaVersionOf(database)).toBe(version)
  database.close()

  const store = open(path)
  expect(store.incarnation()).toEqual(new Uint8Array(Buffer.from('00112233445566778899aabbccddeeff', 'hex')))
  const [read, keys, appended] = store.execute(
    [
      { kind: 'read', mailbox, after: 0, mostRecords: 9, mostBytes: 999 },
      { kind: 'fetchKeys', mailbox, pop: true },
      {
        kind: 'append',
        mailbox,
        capability: 0,
        claim: 'group',
        body: new Uint8Array(256),
        dedupe: new Uint8Array(32),
        expiresMs: 4_102_444_800_000,
        most: { records: 2, bytes: 512, capabilityRecords: 9 },
        longestWaitMs: 1,
      },
    ],
    0,
  )
  expect(read).toEqual({ kind: 'records', records: [{ cursor: 41, capability: null, body: new Uint8Array(256).fill(42) }], more: false })
  expect(keys).toMatchObject({ kind: 'keys', keys: { shared: Uint8Array.of(1, 2), oneTime: Uint8Array.of(7, 7), kem: Uint8Array.of(8, 8) } })
  // No cursor is used again, and the room that was used before counts.
  expect(appended).toEqual({ kind: 'appended', cursor: 42, duplicate: false })
  store.close()

  const fresh = newFile()
  open(fresh).close()
  expect(tablesOf(path)).toEqual(tablesOf(fresh))
})

test('a file of a later version is refused, and not a byte of it is changed', () => {
  const path = newFile()
  open(path).close()
  const database = new DatabaseSync(path)
  database.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`)
  database.close()
  const before = readFileSync(path)
  expect(() => open(path)).toThrow(StoreTooNew)
  expect(readFileSync(path).equals(before)).toBe(true)
})

test('an upgrade that stops in the middle changes nothing', () => {
  const path = newFile()
  const database = new DatabaseSync(path)
  // A table in the way: a later statement of the step needs another column there.
  database.exec('CREATE TABLE publications (mailbox BLOB PRIMARY KEY)')
  database.close()
  const before = tablesOf(path)
  expect(() => open(path)).toThrow()
  expect(tablesOf(path)).toEqual(before)
})
