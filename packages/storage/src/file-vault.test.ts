import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, describe, expect, it } from 'vitest'
import { createNoblePrimitives } from '@sotto/crypto/primitives'
import { createRowCipher, StorageDamaged } from '@sotto/engine'
import type { RowCipher, VaultPort } from '@sotto/engine'
import { someSecrets, STORAGE_CASES } from '@sotto/engine/conformance'
import { toBase64url, toHex, utf8 } from '@sotto/wire'
import { createFileVault } from './node.ts'

const folders: string[] = []

const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-file-vault-'))
  folders.push(folder)
  return folder
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const random = (lengthBytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(lengthBytes))
const stretch: VaultPort['stretch'] = async () => new Uint8Array(32)
const primitives = createNoblePrimitives()
const cipherOf = (seed: number): RowCipher => createRowCipher(primitives, random, new Uint8Array(32).fill(seed), someSecrets())

/** Seals nothing and leaves names readable, so that the search below finds them. */
const CLEAR: RowCipher = {
  index: (name) => utf8(name),
  seal: (value) => value,
  open: (sealed) => sealed,
  sealRow: (value) => value,
  openRow: (value) => ({ value, isUnderNewestKey: true }),
  drawKey: () => new Uint8Array(32),
  sealWith: (_key, value) => value,
  openWith: (_key, sealed) => sealed,
  mark: () => new Uint8Array(32),
}

const vaultIn = (folder: string, largestBytes?: number): VaultPort =>
  createFileVault(largestBytes === undefined ? { folder, stretch } : { folder, stretch, largestBytes })

describe('the file storage keeps the port’s contract:', () => {
  it.each(STORAGE_CASES.map((each) => [each.name, each] as const))('%s', async (_name, { run }) => {
    const folder = newFolder()
    const cipher = cipherOf(1)
    await run({
      open: () => vaultIn(folder).openStorage(cipher),
      openFull: () => vaultIn(folder, statSync(join(folder, 'rows.sqlite')).size + 64 * 1024).openStorage(cipher),
    })
  })
})

const PLANTED = ['planted-row-key', 'planted-row-value', 'planted-log', 'planted-record-id', 'planted-order', 'planted-body']
const PLANTED_WRITES = {
  rows: [{ key: 'planted-row-key', value: utf8('planted-row-value') }],
  histories: [{ history: 'planted-log', id: 'planted-record-id', order: 'planted-order', value: utf8('planted-body') }],
  dropHistories: [],
}

/** The planted texts found in any file of the folder, raw, in hex or in base64. */
function foundIn(folder: string): string[] {
  const disk = readdirSync(folder).map((name) => readFileSync(join(folder, name)).toString('latin1'))
  return PLANTED.filter((text) => [text, toHex(utf8(text)), toBase64url(utf8(text))].some((form) => disk.some((file) => file.includes(form))))
}

describe('the files of a vault', () => {
  it('hold no readable name, order or value, while a cipher that seals nothing shows them all', async () => {
    for (const [cipher, expected] of [
      [cipherOf(1), []],
      [CLEAR, PLANTED],
    ] as const) {
      const folder = newFolder()
      const storage = await vaultIn(folder).openStorage(cipher)
      await storage.commit(PLANTED_WRITES)
      expect(foundIn(folder)).toEqual(expected)
      await storage.close()
      expect(foundIn(folder)).toEqual(expected)
    }
  })

  it.skipIf(process.platform === 'win32')('belong to their owner only', async () => {
    const folder = join(newFolder(), 'made')
    const vault = vaultIn(folder)
    await vault.write(Uint8Array.of(1))
    const storage = await vault.openStorage(cipherOf(1))
    await storage.commit(PLANTED_WRITES)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    const modes = readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mode & 0o777])
    expect(modes).toEqual([
      ['rows.sqlite', 0o600],
      ['rows.sqlite-shm', 0o600],
      ['rows.sqlite-wal', 0o600],
      ['vault', 0o600],
    ])
    await storage.close()
  })

  it('are gone after a wipe, and a new profile begins', async () => {
    const folder = newFolder()
    const vault = vaultIn(folder)
    await vault.write(Uint8Array.of(1, 2, 3))
    expect(await vault.read()).toEqual(Uint8Array.of(1, 2, 3))
    const storage = await vault.openStorage(cipherOf(1))
    await storage.commit(PLANTED_WRITES)
    const chunks = await vault.openChunks()
    await chunks.write('a'.padStart(32, '0'), 0, Uint8Array.of(1))
    await vault.wipe()
    expect(readdirSync(folder)).toEqual([])
    await expect(chunks.list()).rejects.toThrow(RangeError)
    expect(await vault.read()).toBeUndefined()
    const next = await vault.openStorage(cipherOf(2))
    expect((await next.load()).size).toBe(0)
    await next.close()
  })

  it('count as damaged under another key, empty or not', async () => {
    const folder = newFolder()
    await (await vaultIn(folder).openStorage(cipherOf(1))).close()
    await expect(vaultIn(folder).openStorage(cipherOf(2))).rejects.toThrow(StorageDamaged)
    const again = await vaultIn(folder).openStorage(cipherOf(1))
    expect((await again.load()).size).toBe(0)
    await again.close()
  })

  it('count as damaged if they are not a database', async () => {
    const folder = newFolder()
    writeFileSync(join(folder, 'rows.sqlite'), 'x'.repeat(5_000))
    await expect(vaultIn(folder).openStorage(cipherOf(1))).rejects.toThrow(StorageDamaged)
  })

  const READ_HISTORY = { kind: 'page', history: 'planted-log', beyond: null, direction: 'older', limit: 9 } as const

  it.each([
    ['a flipped bit in a row', `UPDATE rows SET sealed = flip(sealed)`],
    ['a row under another name', `UPDATE rows SET name = flip(name)`],
    ['a flipped bit in a header', `UPDATE headers SET sealed = flip(sealed)`],
    ['a flipped bit in a body', `UPDATE bodies SET sealed = flip(sealed)`],
    ['a missing body', `DELETE FROM bodies`],
    ['a body cut short', `UPDATE bodies SET sealed = x'00'`],
    ['a missing check', `DELETE FROM checks`],
  ])('count as damaged with %s', async (_what, sql) => {
    const folder = newFolder()
    const cipher = cipherOf(1)
    const first = await vaultIn(folder).openStorage(cipher)
    await first.commit(PLANTED_WRITES)
    await first.close()
    const database = new DatabaseSync(join(folder, 'rows.sqlite'))
    database.function('flip', (bytes) => {
      const flipped = Uint8Array.from(bytes as Uint8Array)
      flipped[flipped.length - 1] = (flipped[flipped.length - 1] ?? 0) ^ 1
      return flipped
    })
    database.exec(sql)
    database.close()
    const readEverything = async (): Promise<void> => {
      const storage = await vaultIn(folder).openStorage(cipher)
      try {
        await storage.load()
        await storage.readHistory(READ_HISTORY)
      } finally {
        await storage.close()
      }
    }
    await expect(readEverything()).rejects.toThrow(StorageDamaged)
  })
})

it('the count of wrong passphrases is there after a restart, and gone after a wipe', async () => {
  const folder = newFolder()
  expect(await vaultIn(folder).tries.read()).toBeUndefined()
  for (const bytes of [Uint8Array.of(1, 2), Uint8Array.of(3)]) {
    await vaultIn(folder).tries.write(bytes)
    expect(await vaultIn(folder).tries.read()).toEqual(bytes)
  }
  await vaultIn(folder).wipe()
  expect(readdirSync(folder)).toEqual([])
})
