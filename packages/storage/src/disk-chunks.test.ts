import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { CHUNK_CASES } from '@sotto/engine/conformance'
import { openDiskChunks } from './disk-chunks.ts'

const A = 'a'.padStart(32, '0')
const GIB = 1024 ** 3

const folders: string[] = []
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-chunks-'))
  folders.push(folder)
  return folder
}
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

describe('the chunk store on a disk keeps the port’s contract:', () => {
  // A full disk is played below.
  it.each(CHUNK_CASES.filter(({ fillsTheDisk }) => fillsTheDisk !== true).map((each) => [each.name, each] as const))('%s', async (_name, { run }) => {
    const folder = join(newFolder(), 'chunks')
    const open = async () => openDiskChunks(folder)
    await run({ open, openFull: () => Promise.reject(new Error('this disk is never full')) })
  })
})

const canMount = process.platform === 'linux' && spawnSync('unshare', ['-rm', 'true']).status === 0

it.skipIf(!canMount)('all of it, on a disk that fills up', () => {
  const program = join(import.meta.dirname, 'testing', 'small-disk-process.ts')
  const told = execFileSync('unshare', ['-rm', process.execPath, '--disable-warning=ExperimentalWarning', program, newFolder()], { timeout: 60_000 })
  expect(JSON.parse(told.toString('utf8'))).toEqual({ played: CHUNK_CASES.length, failed: {} })
})

it('a file reaches beyond 4 GiB', async () => {
  const store = openDiskChunks(newFolder())
  await store.write(A, 4 * GIB + 7, Uint8Array.of(1, 2, 3))
  expect(await store.read(A, 4 * GIB + 6, 9)).toEqual(Uint8Array.of(0, 1, 2, 3))
  expect(await store.list()).toEqual([{ file: A, bytes: 4 * GIB + 10 }])
  await store.close()
})

it('other things in the folder are no files of the store', async () => {
  const folder = newFolder()
  writeFileSync(join(folder, 'notes'), 'x')
  const store = openDiskChunks(folder)
  expect(await store.list()).toEqual([])
  await store.close()
})

it.skipIf(process.platform === 'win32')('the folder and its files belong to their owner only', async () => {
  const folder = join(newFolder(), 'chunks')
  const store = openDiskChunks(folder)
  await store.write(A, 0, Uint8Array.of(1))
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  expect(readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mode & 0o777])).toEqual([[A, 0o600]])
  await store.close()
})
