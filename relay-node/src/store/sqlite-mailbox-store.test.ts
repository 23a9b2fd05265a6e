import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { MAILBOX_STORE_CASES, type MailboxStore } from '@sotto/mailbox'
import type { MailboxId } from '@sotto/wire'
import { afterEach, expect, test } from 'vitest'
import { createRelayClock } from '../relay-clock.ts'
import { playCase } from '../testing/play-case.ts'
import { prepareDatabase } from './sqlite-schema.ts'
import { openSqliteMailboxStore } from './sqlite-mailbox-store.ts'
import type { RelayStore } from './relay-store.ts'
import { startStoreThread } from './store-thread.ts'

const randomBytes = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))
const folders: string[] = []
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-store-'))
  folders.push(folder)
  return folder
}
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

const open = (folder: string, mostBytes = 2 ** 30): MailboxStore => openSqliteMailboxStore({ path: join(folder, 'mailboxes.sqlite'), mostBytes, randomBytes })

test.each(MAILBOX_STORE_CASES)('$name', (each) => playCase(each, (mostBytes) => open(newFolder(), mostBytes)))

const mailbox = new Uint8Array(32).fill(9) as MailboxId
const append = (body: Uint8Array, expiresMs: number) =>
  ({
    kind: 'append',
    mailbox,
    capability: 0,
    claim: 'group',
    body,
    dedupe: randomBytes(32),
    expiresMs,
    most: { records: 1000, bytes: 2 ** 30, capabilityRecords: 1000 },
    longestWaitMs: 1000,
  }) as const

test('stored records are there after closing and opening again, under the same incarnation', () => {
  const folder = newFolder()
  const before = open(folder)
  before.execute([append(new Uint8Array(256).fill(1), 100)], 0)
  const incarnation = before.incarnation()
  before.close()
  const after = open(folder)
  expect(after.incarnation()).toEqual(incarnation)
  const [read] = after.execute([{ kind: 'read', mailbox, after: 0, mostRecords: 9, mostBytes: 999 }], 0)
  expect(read).toMatchObject({ kind: 'records', records: [{ body: new Uint8Array(256).fill(1) }] })
  after.close()
})

test('nothing of a record is on the disk after it was acknowledged or has expired', () => {
  const folder = newFolder()
  const store = open(folder)
  const secret = randomBytes(256)
  const other = randomBytes(4096)
  store.execute([append(secret, 100), append(other, 200)], 0)
  const onDisk = (bytes: Uint8Array): boolean =>
    readdirSync(folder).some((name) => readFileSync(join(folder, name)).includes(Buffer.from(bytes.subarray(0, 64))))
  expect([onDisk(secret), onDisk(other)]).toEqual([true, true])
  while (store.expire(150, 10) > 0);
  expect([onDisk(secret), onDisk(other)]).toEqual([false, true])
  store.execute([{ kind: 'acknowledge', mailbox, upTo: 2 ** 40 }], 150)
  store.expire(150, 10)
  expect([onDisk(secret), onDisk(other), onDisk(mailbox)]).toEqual([false, false, false])
  store.close()
})

test('the file is flushed at every commit, overwrites what is deleted, and returns free pages', () => {
  const database = new DatabaseSync(join(newFolder(), 'mailboxes.sqlite'))
  prepareDatabase(database, 2 ** 20)
  const pragma = (name: string): unknown => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]
  const settings = { log: pragma('journal_mode'), flush: pragma('synchronous'), overwrite: pragma('secure_delete') }
  expect(settings).toEqual({ log: 'wal', flush: 2, overwrite: 1 })
  expect(pragma('auto_vacuum')).toBe(2)
  database.close()
})

test('waits while another process locks the file for a moment, and continues', async () => {
  const path = join(newFolder(), 'mailboxes.sqlite')
  const failed = Promise.withResolvers<never>()
  const clockFrom = (lastKnownMs: number | null) => createRelayClock({ lastKnownMs, wallMs: Date.now, passedMs: () => performance.now(), onJump: () => {} })
  const thread = await startStoreThread({ path, mostBytes: 2 ** 30, clockFrom, onFailed: failed.reject })
  const other = new DatabaseSync(path)
  other.exec('BEGIN IMMEDIATE')
  const stored = new Promise((resolve) => thread.execute(append(randomBytes(16), 1_000), resolve))
  // Longer than a turn of its expiry. Neither may break.
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  other.exec('COMMIT')
  other.close()
  expect(await Promise.race([stored, failed.promise])).toMatchObject({ kind: 'appended' })
  await thread.close()
})

test('a relay that starts with a clock far ahead expires nothing', async () => {
  const path = join(newFolder(), 'mailboxes.sqlite')
  const start = (wallMs: number): Promise<RelayStore> => {
    const clockFrom = (lastKnownMs: number | null) =>
      createRelayClock({ lastKnownMs, wallMs: () => wallMs, passedMs: () => performance.now(), onJump: () => {} })
    return startStoreThread({ path, mostBytes: 2 ** 30, clockFrom, onFailed: () => {} })
  }
  const day = 86_400_000
  const first = await start(100 * day)
  await new Promise((resolve) => first.execute(append(new Uint8Array(256), 130 * day), resolve))
  // The time is written down with the first look for what has expired.
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  await first.close()
  const ahead = await start(140 * day)
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  const read = await new Promise((resolve) => ahead.execute({ kind: 'read', mailbox, after: 0, mostRecords: 9, mostBytes: 999 }, resolve))
  expect(read).toMatchObject({ kind: 'records', records: [{ cursor: 1 }] })
  expect(ahead.distrustedMs()).toBeGreaterThan(39 * day)
  await ahead.close()
})

test('a full disk costs the time that is written down, and nothing else', () => {
  const store = open(newFolder(), 400 * 1024)
  const results = store.execute(
    Array.from({ length: 200 }, () => append(randomBytes(4096), 1_000)),
    0,
  )
  expect(results.some(({ kind }) => kind === 'refused')).toBe(true)
  for (let minute = 0; minute < 5; minute++) store.expire(minute * 60_000 - 1_000_000, 10)
  expect(store.execute([{ kind: 'read', mailbox, after: 0, mostRecords: 1, mostBytes: 999 }], 0)).toMatchObject([{ kind: 'records', more: true }])
  store.close()
})
