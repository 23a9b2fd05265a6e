/**
 * What every adapter of the storage port must keep, as cases that run anywhere: under a test runner in Node, or in a
 * page of a browser. No framework, no clock, no randomness.
 *
 * Invariants:
 *  1. atomic: a commit takes effect with all of its rows, records and drops, or with none.
 *  2. the last write wins: a second write of a key or a record's id replaces the first; null deletes it.
 *  3. drops come first: what the same commit writes to a dropped history stays, what was there before does not.
 *  4. a page follows the order by UTF-16 code units in either direction, its bound excluded, and never exceeds its limit.
 *  5. by id: in the requested order, missing ones omitted.
 *  6. what was committed is found after closing and reopening, byte for byte.
 *  7. names are any well-formed Unicode and never mix: neither keys, histories and ids, nor rows with records.
 *  8. a full disk rejects with `StorageFull`, leaves everything unchanged, and the storage keeps working.
 *  9. values passed in and values returned belong to the caller: changing them changes nothing stored.
 * 10. commits and reads that are not awaited take effect in the order in which they were called.
 */
import { StorageFull } from '../ports.ts'
import type { RowWrite, StoragePort, Writes } from '../ports.ts'
import { assertSame, assertSameRecords, commit, numbered, pattern, records, row } from './storage-cases.ts'

/** One empty place on some disk. Every case needs its own. */
export interface StoragePlace {
  /** Opens the place. Any storage opened before is closed by then. */
  readonly open: () => Promise<StoragePort>
  /** Opens it with room left for less than 256 KiB; the next `open` has room again. */
  readonly openFull: () => Promise<StoragePort>
}

export interface StorageCase {
  /** A sentence. */
  readonly name: string
  /** Rejects with what is wrong. */
  readonly run: (place: StoragePlace) => Promise<void>
}

const MIB = 1024 * 1024

const NAMES = ['', ' ', '\0', 'a', 'A', 'a/b', 'é', 'e\u0301', 'ß', '日本語', '🜁', '\u{10ffff}', '\uffff', '__proto__', 'x'.repeat(1_000)]

export const STORAGE_CASES: readonly StorageCase[] = [
  {
    name: 'a new place holds nothing',
    run: async ({ open }) => {
      const storage = await open()
      assertSame([...(await storage.load())], [])
      assertSameRecords(await storage.readHistory(newest('messages', 10)), [])
      assertSameRecords(await storage.readHistory({ kind: 'byId', history: 'messages', ids: ['1'] }), [])
      await storage.close()
    },
  },
  {
    name: 'an empty commit changes nothing',
    run: async ({ open }) => {
      const storage = await open()
      await commit(storage, { rows: [row('a', 1)] })
      await commit(storage, {})
      assertSame(await loaded(storage), [row('a', 1)])
      await storage.close()
    },
  },
  {
    name: 'rows, records and drops of one commit are found after opening again',
    run: async ({ open }) => {
      const first = await open()
      await commit(first, { histories: records('old', ['x', 'y']) })
      await commit(first, { rows: [row('a', 1), row('b', 2)], histories: records('new', ['1', '2']), dropHistories: ['old'] })
      await first.close()
      const second = await open()
      assertSame(await loaded(second), [row('a', 1), row('b', 2)])
      assertSameRecords(await second.readHistory(oldest('new', 10)), records('new', ['1', '2']))
      assertSameRecords(await second.readHistory(oldest('old', 10)), [])
      await second.close()
    },
  },
  {
    name: 'a second write replaces a row, null deletes it, and it may come back',
    run: async ({ open }) => {
      const storage = await open()
      await commit(storage, { rows: [row('a', 1), row('b', 1), row('c', 1)] })
      await commit(storage, { rows: [row('a', 2), { key: 'b', value: null }, { key: 'never there', value: null }] })
      assertSame(await loaded(storage), [row('a', 2), row('c', 1)])
      await commit(storage, { rows: [row('b', 3)] })
      assertSame(await loaded(storage), [row('a', 2), row('b', 3), row('c', 1)])
      await storage.close()
    },
  },
  {
    name: 'of several writes to one key or record in a commit the last one counts',
    run: async ({ open }) => {
      const first = await open()
      await commit(first, {
        rows: [row('a', 1), row('a', 2), row('b', 1), { key: 'b', value: null }, { key: 'c', value: null }, row('c', 3)],
        histories: [
          { history: 'l', id: 'x', order: '9', value: pattern(1, 4) },
          { history: 'l', id: 'x', order: '1', value: pattern(2, 4) },
          { history: 'l', id: 'y', order: '2', value: pattern(3, 4) },
          { history: 'l', id: 'y', order: '2', value: null },
        ],
      })
      const expected = [{ id: 'x', order: '1', value: pattern(2, 4) }]
      assertSameRecords(await first.readHistory(oldest('l', 10)), expected)
      await first.close()
      const second = await open()
      assertSame(await loaded(second), [row('a', 2), row('c', 3)])
      assertSameRecords(await second.readHistory(oldest('l', 10)), expected)
      await second.close()
    },
  },
  {
    name: 'a second write moves a record to its new place, and null deletes it',
    run: async ({ open }) => {
      const first = await open()
      await commit(first, { histories: records('l', ['1', '2', '3']) })
      await commit(first, {
        histories: [
          { history: 'l', id: '1', order: '4', value: pattern(9, 3) },
          { history: 'l', id: '2', order: '2', value: null },
          { history: 'l', id: 'never there', order: '2', value: null },
        ],
      })
      const expected = [...records('l', ['3']), { id: '1', order: '4', value: pattern(9, 3) }]
      assertSameRecords(await first.readHistory(oldest('l', 10)), expected)
      await first.close()
      const second = await open()
      assertSameRecords(await second.readHistory(oldest('l', 10)), expected)
      assertSameRecords(await second.readHistory({ kind: 'byId', history: 'l', ids: ['2'] }), [])
      await second.close()
    },
  },
  {
    name: 'a dropped history loses all it had and keeps what the same commit writes to it',
    run: async ({ open }) => {
      const first = await open()
      await commit(first, { histories: [...records('l', ['1', '2', '3']), ...records('other', ['1'])] })
      await commit(first, { histories: records('l', ['2', '4']), dropHistories: ['l', 'never there'] })
      assertSameRecords(await first.readHistory(oldest('l', 10)), records('l', ['2', '4']))
      await first.close()
      const second = await open()
      assertSameRecords(await second.readHistory(oldest('l', 10)), records('l', ['2', '4']))
      assertSameRecords(await second.readHistory(oldest('other', 10)), records('other', ['1']))
      await second.close()
    },
  },
  {
    name: 'pages walk through a history from either end without a gap or an overlap',
    run: async ({ open }) => {
      const storage = await open()
      const all = numbered('l', 25)
      const shuffled = all.map((_, i) => all[(i * 7) % 25] ?? all[0]).flatMap((record) => record ?? [])
      for (const record of shuffled) await commit(storage, { histories: [record] })
      for (const direction of ['newer', 'older'] as const) {
        const walked = []
        let beyond: string | null = null
        for (;;) {
          const page = await storage.readHistory({ kind: 'page', history: 'l', beyond, direction, limit: 10 })
          if (page.length > 10) throw new Error(`a page of ${page.length} records where 10 were asked`)
          if (page.length === 0) break
          walked.push(...page)
          beyond = page.at(-1)?.order ?? null
        }
        assertSameRecords(walked, direction === 'newer' ? all : all.toReversed())
      }
      await storage.close()
    },
  },
  {
    name: 'a bound is excluded and need not be a record',
    run: async ({ open }) => {
      const storage = await open()
      await commit(storage, { histories: records('l', ['b', 'd', 'f']) })
      const page = (beyond: string, direction: 'older' | 'newer') => storage.readHistory({ kind: 'page', history: 'l', beyond, direction, limit: 10 })
      assertSameRecords(await page('d', 'older'), records('l', ['b']))
      assertSameRecords(await page('d', 'newer'), records('l', ['f']))
      assertSameRecords(await page('e', 'older'), records('l', ['d', 'b']))
      assertSameRecords(await page('c', 'newer'), records('l', ['d', 'f']))
      assertSameRecords(await page('a', 'older'), [])
      assertSameRecords(await page('f', 'newer'), [])
      assertSameRecords(await storage.readHistory(newest('l', 0)), [])
      await storage.close()
    },
  },
  {
    name: 'orders compare by UTF-16 code units, and equal ones by id',
    run: async ({ open }) => {
      const first = await open()
      // By code points U+1F701 would come after U+FFFD; by code units its surrogates come before.
      const sorted = ['', '0', '10', '9', 'A', 'a', 'é', '🜁', '\ufffd']
      await commit(first, { histories: records('l', sorted.toReversed()) })
      await commit(first, { histories: ['b', 'c', 'a'].map((id) => ({ history: 'same', id, order: '1', value: pattern(1, 1) })) })
      const assertOrder = async (storage: StoragePort): Promise<void> => {
        assertSameRecords(await storage.readHistory(oldest('l', 20)), records('l', sorted))
        assertSame(
          (await storage.readHistory(newest('same', 2))).map(({ id }) => id),
          ['c', 'b'],
        )
      }
      await assertOrder(first)
      const second = await reopened(first, open)
      await assertOrder(second)
      await second.close()
    },
  },
  {
    name: 'a query by id returns records in the requested order and omits missing ones',
    run: async ({ open }) => {
      const first = await open()
      await commit(first, { histories: records('l', ['1', '2', '3']) })
      const storage = await reopened(first, open)
      const read = await storage.readHistory({ kind: 'byId', history: 'l', ids: ['3', 'missing', '1'] })
      assertSameRecords(read, records('l', ['3', '1']))
      await storage.close()
    },
  },
  {
    name: 'a query across histories returns records in the requested order, whether or not a history was read before, and omits missing ones',
    run: async ({ open }) => {
      const first = await open()
      await commit(first, { histories: [...records('l', ['1', '2']), ...records('m', ['1', '2'])] })
      const storage = await reopened(first, open)
      const asked = [
        { history: 'm', id: '2' },
        { history: 'l', id: '1' },
        { history: 'nowhere', id: '1' },
        { history: 'm', id: 'missing' },
        { history: 'l', id: '2' },
      ]
      const expected = [...records('m', ['2']), ...records('l', ['1', '2'])]
      assertSameRecords(await storage.readHistory({ kind: 'across', records: asked }), expected)
      await storage.readHistory({ kind: 'page', history: 'l', beyond: null, direction: 'newer', limit: 1 })
      assertSameRecords(await storage.readHistory({ kind: 'across', records: asked }), expected)
      await commit(storage, { histories: records('m', ['2']).map((record) => ({ ...record, value: null })) })
      assertSameRecords(await storage.readHistory({ kind: 'across', records: asked }), expected.slice(1))
      await storage.close()
    },
  },
  {
    name: 'any Unicode names a row, a history, a record and an order, and no two mix',
    run: async ({ open }) => {
      const first = await open()
      const rows = NAMES.map((key, i) => row(key, i))
      const histories = NAMES.flatMap((history, i) => NAMES.map((id, j) => ({ history, id, order: id, value: pattern(i * NAMES.length + j, 5) })))
      await commit(first, { rows, histories })
      const storage = await reopened(first, open)
      assertSame(await loaded(storage), sortedRows(rows))
      for (const history of NAMES) {
        const expected = histories.filter((record) => record.history === history)
        assertSameRecords(await storage.readHistory({ kind: 'byId', history, ids: NAMES }), expected)
      }
      await storage.close()
    },
  },
  {
    name: 'history and id do not run into each other',
    run: async ({ open }) => {
      const storage = await open()
      const histories = [
        { history: 'a', id: 'bc', order: '1', value: pattern(1, 1) },
        { history: 'ab', id: 'c', order: '1', value: pattern(2, 1) },
        { history: 'a\0b', id: 'c', order: '1', value: pattern(3, 1) },
        { history: 'a', id: '\0bc', order: '2', value: pattern(4, 1) },
        { history: '1', id: '1 1', order: '1', value: pattern(5, 1) },
        { history: '1 1', id: '1', order: '1', value: pattern(6, 1) },
      ]
      await commit(storage, { histories })
      for (const record of histories) {
        assertSameRecords(await storage.readHistory({ kind: 'byId', history: record.history, ids: [record.id] }), [record])
      }
      await storage.close()
    },
  },
  {
    name: 'an empty value and one of 4 MiB are read byte for byte',
    run: async ({ open }) => {
      const first = await open()
      const big = pattern(5, 4 * MIB)
      const rows = [
        { key: 'big', value: big },
        { key: 'empty', value: new Uint8Array() },
      ]
      const histories = rows.map(({ key, value }) => ({ history: 'l', id: key, order: key, value }))
      await commit(first, { rows, histories })
      const storage = await reopened(first, open)
      assertSame(await loaded(storage), rows)
      assertSameRecords(await storage.readHistory(oldest('l', 10)), histories)
      await storage.close()
    },
  },
  {
    name: 'a thousand rows and a thousand records fit one commit',
    run: async ({ open }) => {
      const first = await open()
      const rows = numbered('', 1_000).map(({ id, value }) => ({ key: id, value }))
      const histories = numbered('l', 1_000)
      await commit(first, { rows, histories })
      const storage = await reopened(first, open)
      assertSame(await loaded(storage), rows)
      assertSameRecords(await storage.readHistory(oldest('l', 2_000)), histories)
      await storage.close()
    },
  },
  fullDiskCase('one value', [{ key: 'big', value: pattern(1, 8 * MIB) }]),
  fullDiskCase(
    'many rows',
    numbered('', 24).map(({ id }, i) => ({ key: id, value: pattern(i, 16_384) })),
  ),
  {
    name: 'the caller may change values that it passed in or received',
    run: async ({ open }) => {
      const storage = await open()
      const given = pattern(1, 16)
      const committed = commit(storage, { rows: [{ key: 'a', value: given }], histories: [{ history: 'l', id: '1', order: '1', value: given }] })
      given.fill(0)
      await committed
      for (let i = 0; i < 2; i++) {
        const [fromRow] = (await storage.load()).values()
        const [record] = await storage.readHistory(oldest('l', 1))
        assertSame([fromRow, record?.value], [pattern(1, 16), pattern(1, 16)])
        fromRow?.fill(0)
        record?.value.fill(0)
      }
      await storage.close()
    },
  },
  {
    name: 'commits and reads take effect in the order of their calls',
    run: async ({ open }) => {
      const storage = await open()
      const done: Promise<void>[] = []
      const reads: Promise<readonly unknown[]>[] = []
      for (let i = 0; i < 10; i++) {
        done.push(commit(storage, { rows: [row('a', i)], histories: records('l', [String(i)]) }))
        reads.push(storage.readHistory(newest('l', 100)))
      }
      await Promise.all(done)
      assertSame(await loaded(storage), [row('a', 9)])
      assertSame(
        (await Promise.all(reads)).map((page) => page.length),
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
      )
      await storage.close()
    },
  },
  {
    name: 'closing waits for earlier calls, and a closed storage refuses later ones',
    run: async ({ open }) => {
      const first = await open()
      const last = commit(first, { rows: [row('a', 1)] })
      await first.close()
      await last
      const refused = await commit(first, { rows: [row('a', 2)] }).then(
        () => false,
        () => true,
      )
      if (!refused) throw new Error('a closed storage accepted a commit')
      const second = await open()
      assertSame(await loaded(second), [row('a', 1)])
      await second.close()
    },
  },
]

/** Browsers reach their quota in one place for a large value and in another for many small ones. */
function fullDiskCase(what: string, tooLarge: readonly RowWrite[]): StorageCase {
  const tooMuch: Partial<Writes> = {
    rows: [row('a', 2), { key: 'b', value: null }, ...tooLarge],
    histories: [...records('l', ['3']), { history: 'l', id: '1', order: '9', value: null }],
    dropHistories: ['m'],
  }
  const assertUnchanged = async (storage: StoragePort): Promise<void> => {
    assertSame(await loaded(storage), [row('a', 1), row('b', 1)])
    assertSameRecords(await storage.readHistory(oldest('l', 10)), records('l', ['1', '2']))
    assertSameRecords(await storage.readHistory(oldest('m', 10)), records('m', ['1']))
  }
  return {
    name: `a full disk rejects with StorageFull, leaves everything unchanged, and is temporary: ${what}`,
    run: async ({ open, openFull }) => {
      const first = await open()
      await commit(first, { rows: [row('a', 1), row('b', 1)], histories: [...records('l', ['1', '2']), ...records('m', ['1'])] })
      await first.close()
      const full = await openFull()
      for (const attempt of ['first', 'second', 'third']) {
        const failure: unknown = await commit(full, tooMuch).then(
          () => 'nothing',
          (error: unknown) => error,
        )
        if (!(failure instanceof StorageFull)) throw new Error(`the ${attempt} commit to a full disk ended with ${String(failure)}`)
        await assertUnchanged(full)
      }
      await full.close()
      const again = await open()
      await assertUnchanged(again)
      await commit(again, tooMuch)
      assertSame(await loaded(again), sortedRows([row('a', 2), ...tooLarge]))
      assertSameRecords(await again.readHistory(oldest('l', 10)), records('l', ['2', '3']))
      await again.close()
    },
  }
}

const newest = (history: string, limit: number) => ({ kind: 'page', history, beyond: null, direction: 'older', limit }) as const
const oldest = (history: string, limit: number) => ({ kind: 'page', history, beyond: null, direction: 'newer', limit }) as const

async function reopened(storage: StoragePort, open: StoragePlace['open']): Promise<StoragePort> {
  await storage.close()
  return open()
}

/** Rows come in no order. They are sorted by key here. */
async function loaded(storage: StoragePort): Promise<{ readonly key: string; readonly value: Uint8Array }[]> {
  return sortedRows([...(await storage.load())].map(([key, value]) => ({ key, value })))
}

const sortedRows = <T extends { readonly key: string }>(rows: readonly T[]): T[] => rows.toSorted((a, b) => (a.key < b.key ? -1 : 1))
