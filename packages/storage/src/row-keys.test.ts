/** All rows sealed again under a new row key, in a real SQLite file: what opens of the rows of before, and what happens meanwhile. */
import { closeSync, copyFileSync, fstatSync, mkdirSync, mkdtempSync, openSync, readdirSync, readSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { loadPrimitives } from '@sotto/crypto/primitives'
import { createVault, type OpenVault, StorageDamaged, type StoragePort, unlockVault, type VaultPort } from '@sotto/engine'
import { LIMITS, utf8 } from '@sotto/wire'
import { createFileVault } from './node.ts'

const primitives = await loadPrimitives()
const random = (lengthBytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(lengthBytes))
const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const ROWS = 300
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-row-keys-'))
  folders.push(folder)
  return folder
}
const portIn = (folder: string): VaultPort => createFileVault({ folder, stretch: async () => new Uint8Array(32) })

const dependenciesOf = (port: VaultPort, nowMs: number) => ({ primitives, random, port, nowMs: () => nowMs })

async function opened(folder: string, nowMs: number): Promise<{ readonly vault: OpenVault; readonly storage: StoragePort }> {
  const port = portIn(folder)
  const outcome = await unlockVault(dependenciesOf(port, nowMs), null)
  if (outcome.code !== 'unlocked') throw new Error(outcome.code)
  return { vault: outcome.vault, storage: await port.openStorage(outcome.vault.cipher) }
}

const commit = (storage: StoragePort, rows: readonly (readonly [string, string | null])[]): Promise<void> =>
  storage.commit({ rows: rows.map(([key, value]) => ({ key, value: value === null ? null : utf8(value) })), histories: [], dropHistories: [] })

/** A closed profile of many rows. */
async function profile(): Promise<{ readonly folder: string; readonly numbered: readonly (readonly [string, string])[] }> {
  const folder = newFolder()
  const port = portIn(folder)
  const numbered = Array.from({ length: ROWS }, (_, i) => [`row ${i}`, `value ${i}`] as const)
  const made = await createVault(dependenciesOf(port, 0), null, async (cipher) => {
    const storage = await port.openStorage(cipher)
    await commit(storage, numbered)
    await storage.close()
  })
  if (made.code !== 'created') throw new Error(made.code)
  return { folder, numbered }
}

function copied(folder: string): string {
  const copy = join(newFolder(), 'copy')
  mkdirSync(copy)
  for (const name of readdirSync(folder)) copyFileSync(join(folder, name), join(copy, name))
  return copy
}

const loaded = async (storage: StoragePort): Promise<ReadonlyMap<string, string>> =>
  new Map([...(await storage.load())].map(([key, value]) => [key, new TextDecoder().decode(value)]))

async function replaceRowKey(folder: string): Promise<void> {
  const { vault, storage } = await opened(folder, LIMITS.rowKeyMs)
  expect(await vault.rowKeys.begin()).toBe(true)
  expect(await storage.renewRows()).toBe(true)
  await vault.rowKeys.finish()
  await storage.close()
}

it('rows that were copied before do not open with the secrets of afterwards, and those of the profile do', async () => {
  const { folder, numbered } = await profile()
  const before = copied(folder)
  await replaceRowKey(folder)
  const { storage } = await opened(folder, LIMITS.rowKeyMs)
  expect(await loaded(storage)).toEqual(new Map(numbered))
  await storage.close()
  // The control: with the secrets of before they open.
  const whole = await opened(copied(before), 0)
  expect((await loaded(whole.storage)).size).toBe(ROWS)
  await whole.storage.close()
  for (const name of ['secrets', 'vault']) copyFileSync(join(folder, name), join(before, name))
  const { storage: old } = await opened(before, LIMITS.rowKeyMs)
  await expect(old.load()).rejects.toThrow(StorageDamaged)
  await old.close()
})

it('what is written or deleted meanwhile stays as it was written last', async () => {
  const { folder, numbered } = await profile()
  const { vault, storage } = await opened(folder, LIMITS.rowKeyMs)
  await vault.rowKeys.begin()
  const renewing = storage.renewRows()
  const meanwhile = [
    commit(storage, [
      ['row 0', 'changed'],
      ['row 299', null],
      ['a new one', 'new'],
    ]),
  ]
  // Between two of its transactions.
  for (let i = 0; i < 3; i++)
    meanwhile.push(
      storage
        .readHistory({ kind: 'page', history: 'none', beyond: null, direction: 'older', limit: 1 })
        .then(() => commit(storage, [[`row ${150 + i}`, null]])),
    )
  expect(await renewing).toBe(true)
  await Promise.all(meanwhile)
  await vault.rowKeys.finish()
  await storage.close()
  const again = await opened(folder, LIMITS.rowKeyMs)
  const expected = new Map<string, string>([...numbered, ['row 0', 'changed'], ['a new one', 'new']])
  for (const gone of ['row 299', 'row 150', 'row 151', 'row 152']) expected.delete(gone)
  expect(await loaded(again.storage)).toEqual(expected)
  await again.storage.close()
})

it('closed meanwhile, it is finished by the next start', async () => {
  const { folder, numbered } = await profile()
  const first = await opened(folder, LIMITS.rowKeyMs)
  await first.vault.rowKeys.begin()
  const renewing = first.storage.renewRows()
  await first.storage.close()
  expect(await renewing).toBe(false)

  const second = await opened(folder, LIMITS.rowKeyMs)
  expect(await loaded(second.storage)).toEqual(new Map(numbered))
  await second.storage.close()

  const old = copied(folder)
  await replaceRowKey(folder)
  copyFileSync(join(folder, 'secrets'), join(old, 'secrets'))
  const third = await opened(folder, LIMITS.rowKeyMs)
  expect(await loaded(third.storage)).toEqual(new Map(numbered))
  await third.storage.close()
  const copy = await opened(old, LIMITS.rowKeyMs)
  await expect(copy.storage.load()).rejects.toThrow(StorageDamaged)
  await copy.storage.close()
})

it('after a wipe a copy of everything but the secrets opens with none that is left', async () => {
  const { folder } = await profile()
  const { storage } = await opened(folder, 0)
  await storage.close()
  // What a program has open of the file sees it overwritten, not only its name gone.
  const handle = openSync(join(folder, 'secrets'), 'r')
  const read = (): Uint8Array => {
    const bytes = new Uint8Array(fstatSync(handle).size)
    readSync(handle, bytes, 0, bytes.length, 0)
    return bytes
  }
  expect(read().some((byte) => byte !== 0)).toBe(true)
  await portIn(folder).wipe()
  expect(read().every((byte) => byte === 0)).toBe(true)
  closeSync(handle)
  expect(readdirSync(folder)).toEqual([])
})
