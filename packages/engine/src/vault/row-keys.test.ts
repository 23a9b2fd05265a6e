/** What becomes of rows when their key is replaced, wherever that is interrupted, and of a profile whose secrets are gone. */
import { expect, it } from 'vitest'
import { createNoblePrimitives } from '@sotto/crypto/primitives'
import { LIMITS, utf8 } from '@sotto/wire'
import { createMemoryFile, createMemoryVault } from '../memory/memory-vault.ts'
import type { ErasableFile, RowCipher } from '../ports.ts'
import { eraseSecrets } from './erasable-secrets.ts'
import { createVault, type OpenVault, readVaultState, unlockVault, type VaultDependencies } from './vault.ts'

const primitives = createNoblePrimitives()
const random = (lengthBytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(lengthBytes))
const MADE_MS = 1_800_000_000_000
const CONTEXT = utf8('place')

/** A vault on a file for its secrets, at a time that the test sets. */
function vaultOn(secrets: ErasableFile, header?: Uint8Array) {
  const time = { nowMs: MADE_MS }
  const stretch = async (passphrase: Uint8Array, salt: Uint8Array): Promise<Uint8Array> => primitives.hmacSha256(salt, passphrase)
  const port = createMemoryVault({ stretch, secrets, ...(header === undefined ? {} : { header }) })
  const dependencies: VaultDependencies = { primitives, random, port, nowMs: () => time.nowMs }
  return { time, port, dependencies }
}

async function created(dependencies: VaultDependencies): Promise<OpenVault> {
  const made = await createVault(dependencies, null)
  if (made.code !== 'created') throw new Error(made.code)
  return made.vault
}

async function unlocked(dependencies: VaultDependencies): Promise<OpenVault> {
  const outcome = await unlockVault(dependencies, null)
  if (outcome.code !== 'unlocked') throw new Error(outcome.code)
  return outcome.vault
}

const openedBy = (cipher: RowCipher, sealed: Uint8Array): Uint8Array | undefined => cipher.openRow(sealed, CONTEXT)?.value

it('a row key is replaced after its time, or where the clock was set back, and not before', async () => {
  for (const [afterMs, expected] of [
    [0, false],
    [LIMITS.rowKeyMs - 1, false],
    [LIMITS.rowKeyMs, true],
    [-1, true],
  ] as const) {
    const { time, dependencies } = vaultOn(createMemoryFile())
    const vault = await created(dependencies)
    time.nowMs += afterMs
    expect(await vault.rowKeys.begin(), String(afterMs)).toBe(expected)
  }
})

it('while it is replaced both keys open, and afterwards the older one is nowhere', async () => {
  const { time, dependencies } = vaultOn(createMemoryFile())
  const vault = await created(dependencies)
  const record = vault.cipher.seal(utf8('a message'), CONTEXT)
  const old = vault.cipher.sealRow(utf8('old'), CONTEXT)
  expect(vault.cipher.openRow(old, CONTEXT)).toEqual({ value: utf8('old'), isUnderNewestKey: true })
  time.nowMs += LIMITS.rowKeyMs
  await vault.rowKeys.begin()
  expect(vault.cipher.openRow(old, CONTEXT)).toEqual({ value: utf8('old'), isUnderNewestKey: false })
  const renewed = vault.cipher.sealRow(utf8('old'), CONTEXT)
  await vault.rowKeys.finish()
  for (const cipher of [vault.cipher, (await unlocked(dependencies)).cipher]) {
    expect(cipher.openRow(old, CONTEXT)).toBeUndefined()
    expect(cipher.openRow(renewed, CONTEXT)).toEqual({ value: utf8('old'), isUnderNewestKey: true })
    expect(cipher.open(record, CONTEXT)).toEqual(utf8('a message'))
  }
  // Whose key is as young as its secret says.
  expect(await vault.rowKeys.begin()).toBe(false)
})

/** A file on a disk that stops at a write: before it, in the middle of it, or after it. */
function stoppingFile(file: ErasableFile, stopsAt: number, part: 'none' | 'half' | 'all') {
  let writes = 0
  const stopping: ErasableFile = {
    ...file,
    overwrite: async (offset, bytes) => {
      if (++writes > stopsAt) throw new Error('stopped')
      if (writes < stopsAt || part === 'all') await file.overwrite(offset, bytes)
      else if (part === 'half') await file.overwrite(offset, bytes.subarray(0, bytes.length >> 1))
      if (writes === stopsAt) throw new Error('stopped')
    },
  }
  return { stopping, writes: () => writes }
}

it('wherever it is interrupted, all rows open afterwards, and it can be finished', async () => {
  /** Replaces the key on this file. Rows as the disk has them after each step. */
  const replace = async (file: ErasableFile, header: Uint8Array, disk: Map<string, Uint8Array>): Promise<void> => {
    const { time, dependencies } = vaultOn(file, header)
    time.nowMs += LIMITS.rowKeyMs
    const { cipher, rowKeys } = await unlocked(dependencies)
    if (!(await rowKeys.begin())) return
    for (const [key, sealed] of disk) disk.set(key, cipher.sealRow(openedBy(cipher, sealed) ?? new Uint8Array(), CONTEXT))
    await rowKeys.finish()
  }
  const begun = async () => {
    const file = createMemoryFile()
    const { port, dependencies } = vaultOn(file)
    const { cipher } = await created(dependencies)
    const disk = new Map(['a', 'b'].map((key) => [key, cipher.sealRow(utf8(key), CONTEXT)]))
    return { file, header: (await port.read()) ?? new Uint8Array(), disk }
  }
  const counted = await begun()
  const { stopping: counting, writes } = stoppingFile(counted.file, Number.POSITIVE_INFINITY, 'all')
  await replace(counting, counted.header, counted.disk)
  // A new version and an erasure, twice.
  expect(writes()).toBe(4)
  for (let stopsAt = 1; stopsAt <= writes(); stopsAt++) {
    for (const part of ['none', 'half', 'all'] as const) {
      const { file, header, disk } = await begun()
      const before = [...disk.values()]
      await expect(replace(stoppingFile(file, stopsAt, part).stopping, header, disk)).rejects.toThrow('stopped')
      const { dependencies } = vaultOn(file, header)
      const { cipher } = await unlocked(dependencies)
      expect(
        [...disk].map(([key, sealed]) => [key, openedBy(cipher, sealed)]),
        `${stopsAt} ${part}`,
      ).toEqual([...disk.keys()].map((key) => [key, utf8(key)]))
      await replace(file, header, disk)
      const after = (await unlocked(dependencies)).cipher
      expect([...disk].map(([key, sealed]) => [key, openedBy(after, sealed)])).toEqual([...disk.keys()].map((key) => [key, utf8(key)]))
      expect(before.map((sealed) => openedBy(after, sealed))).toEqual([undefined, undefined])
    }
  }
})

it('a profile whose secrets are gone, changed or those of another is damaged; whose secrets were erased, wiped', async () => {
  const file = createMemoryFile()
  const { port, dependencies } = vaultOn(file)
  await created(dependencies)
  const header = (await port.read()) ?? new Uint8Array()
  const bytes = (await file.read()) ?? new Uint8Array()
  const another = createMemoryFile()
  await created(vaultOn(another).dependencies)
  for (const secrets of [
    createMemoryFile(),
    createMemoryFile(new Uint8Array()),
    another,
    createMemoryFile(bytes.map((byte, i) => (i === 30 ? byte ^ 1 : byte))),
  ]) {
    const found = vaultOn(secrets, header).dependencies
    expect(await readVaultState(found)).toBe('unprotected')
    expect(await unlockVault(found, null)).toEqual({ code: 'storageDamaged' })
  }
  await eraseSecrets(file)
  expect(await readVaultState(dependencies)).toBe('erased')
})

it('once the keys are forgotten, nothing of them is written', async () => {
  const file = createMemoryFile()
  const { time, dependencies } = vaultOn(file)
  const vault = await created(dependencies)
  const before = await file.read()
  time.nowMs += LIMITS.rowKeyMs
  vault.forgetKeys()
  expect(await vault.rowKeys.begin()).toBe(false)
  await vault.rowKeys.finish()
  expect(await file.read()).toEqual(before)
  expect(() => vault.cipher.sealRow(utf8('a'), CONTEXT)).toThrow('locked')
})
