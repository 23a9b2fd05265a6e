/** Keys of single records on a real disk, and what is left of a record in a real database once its key was erased. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createNoblePrimitives } from '@sotto/crypto/primitives'
import { createRowCipher, type RowCipher, type StoragePort } from '@sotto/engine'
import { ERASABLE_KEY_CASES, someSecrets } from '@sotto/engine/conformance'
import { utf8 } from '@sotto/wire'
import { createDiskFile } from './disk-file.ts'
import { createFileVault } from './node.ts'

const folders: string[] = []
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-erasable-keys-'))
  folders.push(folder)
  return folder
}
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const random = (lengthBytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(lengthBytes))
const cipher: RowCipher = createRowCipher(createNoblePrimitives(), random, new Uint8Array(32).fill(4), someSecrets())
const openIn = (folder: string): Promise<StoragePort> => createFileVault({ folder, stretch: async () => new Uint8Array(32) }).openStorage(cipher)

describe('keys in a file on a disk:', () => {
  it.each(ERASABLE_KEY_CASES.map((each) => [each.name, each] as const))('%s', async (_name, { run }) => {
    const folder = newFolder()
    let files = 0
    await run({ newFile: async () => createDiskFile(join(folder, `keys-${files++}`)), cipher })
  })
})

const record = (id: string, text: string, under?: string) => ({ history: 'l', id, order: id, value: utf8(text), ...(under === undefined ? {} : { under }) })
const textsIn = async (storage: StoragePort): Promise<readonly string[]> =>
  (await storage.readHistory({ kind: 'page', history: 'l', beyond: null, direction: 'newer', limit: 10 })).map(({ value }) => new TextDecoder().decode(value))
const NOTHING = { rows: [], histories: [], dropHistories: [] }

describe('a record under a key of its own', () => {
  it('is read like any other, over a start, and is gone with its key', async () => {
    const folder = newFolder()
    const first = await openIn(folder)
    await first.commit({ ...NOTHING, histories: [record('1', 'stays'), record('2', 'vanishes', 'k'), record('3', 'vanishes too', 'k')] })
    expect(await textsIn(first)).toEqual(['stays', 'vanishes', 'vanishes too'])
    await first.close()
    const second = await openIn(folder)
    await second.keepKeys(['k'])
    expect(await textsIn(second)).toEqual(['stays', 'vanishes', 'vanishes too'])
    await second.commit({
      ...NOTHING,
      histories: [
        { ...record('2', ''), value: null },
        { ...record('3', ''), value: null },
      ],
      eraseKeys: ['k'],
    })
    expect(await textsIn(second)).toEqual(['stays'])
    await second.close()
    expect(readFileSync(join(folder, 'keys')).every((byte) => byte === 0)).toBe(true)
  })

  it('is missing, and no damage, where its key was erased and it was not', async () => {
    const folder = newFolder()
    const first = await openIn(folder)
    await first.commit({ ...NOTHING, histories: [record('1', 'stays'), record('2', 'vanishes', 'k')] })
    await first.close()
    const second = await openIn(folder)
    await second.keepKeys([])
    expect(await textsIn(second)).toEqual(['stays'])
    await second.close()
  })

  it('does not show in any file of the profile, neither its text nor its key', async () => {
    const folder = newFolder()
    const storage = await openIn(folder)
    await storage.commit({ ...NOTHING, histories: [record('2', 'a text that vanishes', 'k')] })
    const everything = Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))))
    expect(everything.includes('a text that vanishes')).toBe(false)
    await storage.close()
  })
})
