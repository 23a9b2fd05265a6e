/** The adapters of a browser where they run: in the pages of real ones, on real IndexedDB and a real origin private file system. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CHUNK_CASES, ERASABLE_KEY_CASES, STORAGE_CASES } from '@sotto/engine/conformance'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import { openPlainPage } from './plain-page.ts'
import type { PlainPage } from './plain-page.ts'
import type { StoragePage } from './storage-page.ts'

const HOST = join(import.meta.dirname, '..', '..', 'extension', 'host')

describe.each(wantedBrowsers())('in %s', (browser) => {
  let page: PlainPage

  beforeAll(async () => {
    page = await openPlainPage(browser, {
      entry: join(import.meta.dirname, 'storage-page.ts'),
      workers: { '/worker.js': join(HOST, 'erasable-worker.ts'), '/chunk-worker.js': join(HOST, 'chunk-worker.ts') },
      quotaMib: 48,
    })
  })
  afterAll(() => page?.close())

  /** Calls a function of the page. */
  const call = async <N extends keyof StoragePage>(name: N, ...values: Parameters<StoragePage[N]>): Promise<Awaited<ReturnType<StoragePage[N]>>> => {
    const given = values.map((value) => JSON.stringify(value)).join(', ')
    return (await page.evaluate(`storagePage.${name}(${given})`)) as Awaited<ReturnType<StoragePage[N]>>
  }

  describe('the Dexie storage keeps the port’s contract:', () => {
    it.each(STORAGE_CASES.map(({ name }) => name))('%s', async (name) => {
      expect(await call('runCase', name)).toBeNull()
    })
  })

  describe('keys in a file that is overwritten in place:', () => {
    it.each(ERASABLE_KEY_CASES.map(({ name }) => name))('%s', async (name) => {
      expect(await call('runKeyCase', name)).toBeNull()
    })
  })

  describe('the chunk store keeps the port’s contract:', () => {
    it.each(CHUNK_CASES.map(({ name }) => name))('%s', async (name) => {
      expect(await call('runChunkCase', name)).toBeNull()
    })
  })

  it('every writing transaction reports strict durability', async () => {
    const durabilities = await call('durabilities')
    // The header, the check, two commits.
    expect(durabilities.length).toBeGreaterThanOrEqual(4)
    expect(new Set(durabilities)).toEqual(new Set(['strict']))
  })

  it('a commit whose transaction is not strictly durable is refused and writes nothing', async () => {
    expect(await call('commitWithoutStrictness')).toEqual({ rejected: 'DurabilityNotStrict', rows: 0 })
  })

  it('the databases show nothing that was planted, while a cipher that seals nothing shows it all', async () => {
    const sealed = await call('plantedInDump', 'sealed')
    expect(sealed.found).toEqual([])
    const clear = await call('plantedInDump', 'clear')
    expect(clear.found).toEqual(['rowKey', 'rowValue', 'history', 'recordId', 'order', 'body', 'dataKey'])
    expect(sealed.values).toBeGreaterThan(10)
  })

  it.each(['other key', 'row', 'row name', 'header', 'body', 'body gone', 'check gone'] as const)('damage is told as such: %s', async (damage) => {
    expect(await call('readDamaged', damage)).toBe('StorageDamaged')
  })

  it('each single row that is gone or older than the others is told as damage', async () => {
    const { gone, older, restored } = await call('changeSingleRows')
    expect(gone).toEqual(Array.from({ length: 4 }, () => 'StorageDamaged'))
    expect(older).toEqual(gone)
    expect(restored).toBeNull()
  })

  it('a header that finds no room is refused and the one before it stays', async () => {
    expect(await call('writeHeaderWhenFull')).toEqual({ rejected: 'StorageFull', kept: 7 })
  })

  it('a wipe leaves no database, not even one that is open', async () => {
    expect(await call('wipeProfile')).toEqual({ before: ['wiped-header', 'wiped-rows'], after: [] })
  })

  it('rows of before are nowhere under a key that is left, once the row key was replaced', async () => {
    const { openedBefore, openedAfter, rowsNow, secretsBefore, secretsLeft } = await call('rotateRowKey')
    expect(openedBefore).toBe(true)
    expect(openedAfter).toBe(false)
    expect(rowsNow).toEqual(['kept now', 'later now'])
    // The file is as long as before, and no byte of the place where the older secret lay is left.
    expect(secretsBefore).toBe(true)
    expect(secretsLeft).toBe(false)
  })

  it('a wipe leaves no secrets file, and an interrupted one leaves one of zeros', async () => {
    expect(await call('eraseSecretsFile')).toEqual({ before: 'secrets', erased: 'zeros', removed: 'none' })
  })
})
