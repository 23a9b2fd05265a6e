/** What a person gains who writes to the disk and has no key: single rows deleted, put back, copied. In a real SQLite file. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, expect, it } from 'vitest'
import { loadPrimitives } from '@sotto/crypto/primitives'
import { createRowCipher, StorageDamaged, StorageFull, type StoragePort } from '@sotto/engine'
import { someSecrets } from '@sotto/engine/conformance'
import { utf8 } from '@sotto/wire'
import { createFileVault } from './node.ts'

const primitives = await loadPrimitives()
const random = (lengthBytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(lengthBytes))
const cipher = createRowCipher(primitives, random, new Uint8Array(32).fill(7), someSecrets())
const folders: string[] = []

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

interface Row {
  readonly name: Uint8Array
  readonly sealed: Uint8Array
}

/** A profile of some rows, each written twice, in commits of one and of several, and one deleted again. */
async function profile() {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-row-sum-'))
  folders.push(folder)
  const open = (largestBytes?: number): Promise<StoragePort> =>
    createFileVault({ folder, stretch: async () => new Uint8Array(32), ...(largestBytes === undefined ? {} : { largestBytes }) }).openStorage(cipher)
  const onDisk = <T>(act: (database: DatabaseSync) => T): T => {
    const database = new DatabaseSync(join(folder, 'rows.sqlite'))
    try {
      return act(database)
    } finally {
      database.close()
    }
  }
  const rows = (): Row[] => onDisk((database) => database.prepare('SELECT name, sealed FROM rows').all() as unknown as Row[])
  const put = ({ name, sealed }: Row): unknown =>
    onDisk((database) => database.prepare('INSERT OR REPLACE INTO rows (name, sealed) VALUES (?, ?)').run(name, sealed))
  const remove = ({ name }: Row): unknown => onDisk((database) => database.prepare('DELETE FROM rows WHERE name = ?').run(name))
  const write = async (storage: StoragePort, round: number, keys: readonly string[]): Promise<void> =>
    storage.commit({ rows: keys.map((key) => ({ key, value: utf8(`${key} ${round}`) })), histories: [], dropHistories: [] })
  const storage = await open()
  await write(storage, 1, ['a', 'b', 'c', 'removed'])
  const older = rows()
  for (const key of ['a', 'b', 'c']) await write(storage, 2, [key])
  await storage.commit({ rows: [{ key: 'removed', value: null }], histories: [], dropHistories: [] })
  await storage.close()
  const load = async (): Promise<number | string> => {
    const opened = await open()
    try {
      return (await opened.load()).size
    } catch (error) {
      return error instanceof StorageDamaged ? 'damaged' : String(error)
    } finally {
      await opened.close()
    }
  }
  return { open, rows, older, put, remove, load, write }
}

it('a profile whose rows are those that were written last opens', async () => {
  const { load } = await profile()
  expect(await load()).toBe(3)
})

it('each single row that is deleted is noticed', async () => {
  const { rows, remove, put, load } = await profile()
  const all = rows()
  expect(all).toHaveLength(4)
  for (const row of all) {
    remove(row)
    expect(await load()).toBe('damaged')
    put(row)
  }
  expect(await load()).toBe(3)
})

it('each single row that is put back in its older version is noticed, also one that was deleted', async () => {
  const { rows, older, put, remove, load } = await profile()
  const now = rows()
  expect(older).toHaveLength(5)
  for (const row of older) {
    put(row)
    expect(await load()).toBe('damaged')
    const present = now.find(({ name }) => Buffer.compare(name, row.name) === 0)
    if (present === undefined) remove(row)
    else put(present)
  }
  expect(await load()).toBe(3)
})

it('each single row that is copied to the name of another is noticed', async () => {
  const { rows, put, load } = await profile()
  const all = rows()
  for (const target of all)
    for (const source of all) {
      if (source === target) continue
      put({ name: target.name, sealed: source.sealed })
      expect(await load()).toBe('damaged')
      put(target)
    }
  expect(await load()).toBe(3)
})

it('several older rows together are noticed, and a whole older copy is not', async () => {
  const { rows, older, put, remove, load } = await profile()
  const now = rows()
  const restore = (): void => {
    for (const row of older) remove(row)
    for (const row of now) put(row)
  }
  for (let chosen = 3; chosen < 2 ** older.length - 1; chosen += 4) {
    for (const row of older.filter((_, i) => Math.floor(chosen / 2 ** i) % 2 === 1)) put(row)
    expect(await load(), String(chosen)).toBe('damaged')
    restore()
  }
  for (const row of older) put(row)
  expect(await load()).toBe(4)
})

it('a commit that found no room changes nothing, and the next one counts from what is there', async () => {
  const { open, write, load } = await profile()
  const full = await open(64 * 1024)
  await full.load()
  const large = { key: 'large', value: new Uint8Array(512 * 1024) }
  await expect(full.commit({ rows: [large, { key: 'a', value: utf8('lost') }], histories: [], dropHistories: [] })).rejects.toBeInstanceOf(StorageFull)
  await full.close()
  expect(await load()).toBe(3)
  const storage = await open()
  await write(storage, 3, ['a', 'd'])
  await storage.close()
  expect(await load()).toBe(4)
})
