import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { STORAGE_CASES } from '../conformance/index.ts'
import { mergeWrites } from '../merge-writes.ts'
import { StorageFull } from '../ports.ts'
import type { Writes } from '../ports.ts'
import { createMemoryStorage } from './memory-storage.ts'
import type { MemoryStorage } from './memory-storage.ts'

describe.each(['strict', 'relaxed'] as const)('the memory storage, %s, keeps the port’s contract:', (durability) => {
  it.each(STORAGE_CASES.map((each) => [each.name, each] as const))('%s', async (_name, { run }) => {
    let disk = createMemoryStorage({ durability })
    const open = async (): Promise<MemoryStorage> => {
      disk = disk.crash(0)
      return disk
    }
    await run({
      open,
      openFull: async () => {
        const storage = await open()
        return {
          ...storage,
          commit: (writes) => {
            storage.failNextCommit()
            return storage.commit(writes)
          },
        }
      },
    })
  })
})

describe('a crash of the memory storage', () => {
  const rowOf = (number: number): Writes => ({
    rows: [{ key: 'count', value: Uint8Array.of(number) }],
    histories: [{ history: 'l', id: String(number), order: String(number), value: Uint8Array.of(number) }],
    dropHistories: [],
  })
  const seen = (storage: MemoryStorage) => ({
    count: storage.loadNow().get('count')?.[0],
    ids: storage.readHistoryNow({ kind: 'page', history: 'l', beyond: null, direction: 'newer', limit: 99 }).map(({ id }) => id),
  })

  it('loses nothing with strict durability', () => {
    const storage = createMemoryStorage()
    for (const number of [1, 2, 3]) storage.commitNow(rowOf(number))
    expect(storage.unsyncedCommits()).toBe(0)
    expect(seen(storage.crash())).toEqual({ count: 3, ids: ['1', '2', '3'] })
  })

  it('loses the last unsynced commits with relaxed durability, as many as requested, and never a synced one', () => {
    const storage = createMemoryStorage({ durability: 'relaxed' })
    storage.commitNow(rowOf(1))
    storage.sync()
    for (const number of [2, 3, 4]) storage.commitNow(rowOf(number))
    expect(storage.unsyncedCommits()).toBe(3)
    expect(seen(storage.crash())).toEqual({ count: 1, ids: ['1'] })
    expect(seen(storage.crash(1))).toEqual({ count: 3, ids: ['1', '2', '3'] })
    expect(seen(storage.crash(0))).toEqual({ count: 4, ids: ['1', '2', '3', '4'] })
  })

  it('returns a copy: neither sees what the other commits afterwards', () => {
    const storage = createMemoryStorage()
    storage.commitNow(rowOf(1))
    const restarted = storage.crash()
    restarted.commitNow(rowOf(2))
    storage.commitNow(rowOf(3))
    expect(seen(restarted)).toEqual({ count: 2, ids: ['1', '2'] })
    expect(seen(storage)).toEqual({ count: 3, ids: ['1', '3'] })
  })

  it('fails one commit when told to', () => {
    const storage = createMemoryStorage()
    storage.failNextCommit()
    expect(() => storage.commitNow(rowOf(1))).toThrow(StorageFull)
    storage.commitNow(rowOf(2))
    expect(seen(storage)).toEqual({ count: 2, ids: ['2'] })
  })
})

describe('merged writes', () => {
  const name = fc.constantFrom('a', 'b', 'c')
  const value = fc.option(fc.uint8Array({ maxLength: 2 }))
  const writes: fc.Arbitrary<Writes> = fc.record({
    rows: fc.array(fc.record({ key: name, value })),
    histories: fc.array(fc.record({ history: name, id: name, order: name, value })),
    dropHistories: fc.array(name),
  })
  const all = (storage: MemoryStorage) => [
    [...storage.loadNow()].sort(),
    ...['a', 'b', 'c'].map((history) => storage.readHistoryNow({ kind: 'page', history, beyond: null, direction: 'newer', limit: 99 })),
  ]

  it('have the same effect as the two one after the other', () => {
    fc.assert(
      fc.property(fc.array(writes, { maxLength: 4 }), writes, writes, (before, first, second) => {
        const apart = createMemoryStorage()
        for (const each of [...before, first, second]) apart.commitNow(each)
        const together = createMemoryStorage()
        for (const each of [...before, mergeWrites(first, second)]) together.commitNow(each)
        expect(all(together)).toEqual(all(apart))
      }),
    )
  })
})
