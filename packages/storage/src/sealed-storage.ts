/**
 * The storage port over tables that hold sealed bytes only. IndexedDB and SQLite provide the tables.
 *
 * Everything is sealed before a transaction of the tables begins, so that it waits for nothing but itself. Calls take
 * effect one after the other. The order of a history's records is known here only: its headers are opened when the
 * history is first read, its bodies when a page includes them.
 */
import { createHistoryIndex, openErasableKeys } from '@sotto/engine'
import type { ErasableFile, ErasableKeys, HistoryIndex, HistoryPlace, HistoryRecord, RowCipher, StoragePort, Writes } from '@sotto/engine'
import { toBase64url } from '@sotto/wire'
import {
  assertCheckOpens,
  historyName,
  openBody,
  openHeader,
  openRow,
  recordName,
  renewedRow,
  rowName,
  sealBody,
  sealCheck,
  sealHeader,
  sealRow,
} from './sealed-format.ts'
import type { SealedHeader, SealedRow } from './sealed-format.ts'
import { readRowSum, type RowSum } from './row-sum.ts'

/** What one transaction does: `dropHistories` first. No name is both put and deleted. */
export interface SealedChange {
  readonly dropHistories: readonly Uint8Array[]
  readonly putRows: readonly SealedRow[]
  readonly deleteRows: readonly Uint8Array[]
  readonly putRecords: readonly { readonly header: SealedHeader; readonly body: Uint8Array }[]
  readonly deleteRecords: readonly Uint8Array[]
}

/** Sealed bytes on some disk. Names are 32 bytes. */
export interface SealedTables {
  /** The check of the cipher that these tables were begun with. Writes the one passed in if they are empty. */
  readonly check: (ifEmpty: Uint8Array) => Promise<Uint8Array>
  readonly readRows: () => Promise<readonly SealedRow[]>
  readonly readHeaders: (history: Uint8Array) => Promise<readonly SealedHeader[]>
  /** Headers by their records' names, in this order; `undefined` for a missing one. */
  readonly readHeadersOf: (names: readonly Uint8Array[]) => Promise<readonly (SealedHeader | undefined)[]>
  /** In the order of the names; `undefined` for a missing one. */
  readonly readBodies: (names: readonly Uint8Array[]) => Promise<readonly (Uint8Array | undefined)[]>
  /** All of it or nothing, durable when it resolves. Rejects with `StorageFull` when there is no room. */
  readonly write: (change: SealedChange) => Promise<void>
  readonly close: () => Promise<void>
}

const NO_CHANGE: SealedChange = { dropHistories: [], putRows: [], deleteRows: [], putRecords: [], deleteRecords: [] }

/** How long rows or headers are opened before the page may paint: the loop's own slice. */
const SLICE_MS = 8
/** Where more records of a history are asked for by name at once, its order is read: later ones need no header then. */
const MOST_NAMED = 32
/** Rows in one transaction while all are sealed again: other commits wait no longer than for these. */
const RENEWED_AT_ONCE = 128

/**
 * Opens the rows. `keyFile`: where keys of single records lie. Rejects with `StorageDamaged` if they were sealed under another key;
 * the tables are closed then.
 */
export async function openSealedStorage(tables: SealedTables, keyFile: ErasableFile, cipher: RowCipher): Promise<StoragePort> {
  let keys: ErasableKeys
  try {
    assertCheckOpens(cipher, await tables.check(sealCheck(cipher)))
    keys = await openErasableKeys(keyFile, cipher)
  } catch (error) {
    await tables.close()
    throw error
  }
  const indexes = new Map<string, HistoryIndex>()
  let last: Promise<unknown> = Promise.resolve()
  let isClosed = false
  let sum: RowSum | null = null

  /** Every row, once it is clear that they are those that were written last. */
  const readRows = async (): Promise<readonly SealedRow[]> => {
    const read = readRowSum(cipher, await tables.readRows())
    sum = read.sum
    return read.rows
  }
  const sumOfRows = async (): Promise<RowSum> => {
    if (sum === null) await readRows()
    if (sum === null) throw new Error('the rows were read')
    return sum
  }

  /** Runs after all earlier calls, whatever their result. */
  const enqueue = async <T>(run: () => Promise<T>): Promise<T> => {
    if (isClosed) throw new Error('the storage is closed')
    const done = last.then(run)
    last = done.catch(() => undefined)
    return done
  }

  const indexOf = async (history: string): Promise<HistoryIndex> => {
    const known = indexes.get(history)
    if (known !== undefined) return known
    const headers = await tables.readHeaders(historyName(cipher, history))
    const index = createHistoryIndex(await inSlices(headers, (header) => openHeader(cipher, header)))
    indexes.set(history, index)
    return index
  }

  /** Those that were written again or deleted since they were read are under the newest key, or gone. */
  const renew = async (rows: readonly SealedRow[]): Promise<void> => {
    const written = await sumOfRows()
    const putRows = rows.filter(written.isLatest).flatMap((row) => renewedRow(cipher, row) ?? [])
    if (putRows.length === 0) return
    const { change, done } = written.after({ putRows, deleteRows: [] })
    await tables.write({ ...NO_CHANGE, ...change })
    done()
  }

  const readPlaces = async (places: readonly { readonly history: string; readonly place: HistoryPlace }[]): Promise<readonly HistoryRecord[]> => {
    const named = places.map(({ history, place }) => ({ place, name: recordName(cipher, history, place.id) }))
    const bodies = await tables.readBodies(named.map(({ name }) => name))
    return named.flatMap(({ place, name }, i) => openBody(cipher, keys, name, place, bodies[i]) ?? [])
  }

  /** Records by their names. A history whose order nobody asked for yet is not put in order for this: that takes all of its headers. */
  const readNamed = async (wanted: readonly { readonly history: string; readonly id: string }[]): Promise<readonly HistoryRecord[]> => {
    const histories = Map.groupBy(wanted, ({ history }) => history)
    for (const [history, asked] of histories) if (asked.length > MOST_NAMED) await indexOf(history)
    const unknown = wanted
      .filter(({ history }) => !indexes.has(history))
      .map(({ history, id }) => ({ key: `${history.length} ${history}${id}`, name: recordName(cipher, history, id) }))
    const headers = unknown.length === 0 ? [] : await tables.readHeadersOf(unknown.map(({ name }) => name))
    const read = new Map(unknown.map(({ key }, i) => [key, headers[i]]))
    return readPlaces(
      wanted.flatMap(({ history, id }) => {
        const header = read.get(`${history.length} ${history}${id}`)
        const place = indexes.get(history)?.find(id) ?? (header === undefined ? undefined : openHeader(cipher, header))
        return place === undefined ? [] : [{ history, place }]
      }),
    )
  }

  return {
    load: () => enqueue(async () => new Map(await inSlices(await readRows(), (row) => openRow(cipher, row)))),
    commit: async (writes) => {
      const change = sealWrites(cipher, keys, writes)
      const kept = namesOf(writes)
      await enqueue(async () => {
        const { change: rows, done } = (await sumOfRows()).after(change)
        await keys.flush()
        await tables.write({ ...change, ...rows })
        done()
        for (const history of kept.dropHistories) indexes.set(history, createHistoryIndex())
        for (const { history, id, order, deleted } of kept.histories) {
          if (deleted) indexes.get(history)?.remove(id)
          else indexes.get(history)?.put({ id, order })
        }
        if (kept.eraseKeys.length > 0) await keys.erase(kept.eraseKeys)
      })
    },
    readHistory: (query) =>
      enqueue(async () => {
        switch (query.kind) {
          case 'page':
            return readPlaces((await indexOf(query.history)).select(query).map((place) => ({ history: query.history, place })))
          case 'byId':
            return readNamed(query.ids.map((id) => ({ history: query.history, id })))
          case 'across':
            return readNamed(query.records)
        }
      }),
    renewRows: async () => {
      if (isClosed) return false
      const { rows: stored } = await enqueue(async () => readRowSum(cipher, await tables.readRows()))
      for (let i = 0; i < stored.length; i += RENEWED_AT_ONCE) {
        if (isClosed) return false
        await enqueue(() => renew(stored.slice(i, i + RENEWED_AT_ONCE)))
      }
      return true
    },
    keepKeys: (names) => enqueue(() => keys.keepOnly(names)),
    close: async () => {
      if (isClosed) return
      const closing = enqueue(tables.close)
      isClosed = true
      await closing
    },
  }
}

/** The last write of each name, sealed. */
function sealWrites(cipher: RowCipher, keys: ErasableKeys, writes: Writes): SealedChange {
  const rows = new Map(writes.rows.map((write) => [write.key, write]))
  const records = new Map(
    writes.histories.map((write) => {
      const name = recordName(cipher, write.history, write.id)
      return [toBase64url(name), { name, write }]
    }),
  )
  const keyOf = (under: string | undefined) => (under === undefined ? undefined : { tag: keys.tagOf(under), key: keys.reserve(under) })
  const histories = new Map<string, Uint8Array>()
  const nameOfHistory = (history: string): Uint8Array => {
    const name = histories.get(history) ?? historyName(cipher, history)
    histories.set(history, name)
    return name
  }
  return {
    dropHistories: [...new Set(writes.dropHistories)].map(nameOfHistory),
    putRows: [...rows.values()].flatMap(({ key, value }) => (value === null ? [] : sealRow(cipher, key, value))),
    deleteRows: [...rows.values()].flatMap(({ key, value }) => (value === null ? rowName(cipher, key) : [])),
    putRecords: [...records.values()].flatMap(({ name, write }) =>
      write.value === null
        ? []
        : {
            header: sealHeader(cipher, nameOfHistory(write.history), name, write),
            body: sealBody(cipher, name, write.value, keyOf(write.under)),
          },
    ),
    deleteRecords: [...records.values()].flatMap(({ name, write }) => (write.value === null ? name : [])),
  }
}

/** What the indexes need to follow a commit, independent of the caller's lists. */
const namesOf = (writes: Writes) => ({
  dropHistories: [...writes.dropHistories],
  eraseKeys: [...(writes.eraseKeys ?? [])],
  histories: writes.histories.map(({ history, id, order, value }) => ({ history, id, order, deleted: value === null })),
})

/** Maps a long list without blocking the thread for longer than a slice at a time. */
async function inSlices<T, R>(items: readonly T[], map: (item: T) => R): Promise<R[]> {
  const mapped: R[] = []
  let sliceEndsAt = performance.now() + SLICE_MS
  for (const item of items) {
    mapped.push(map(item))
    if (performance.now() >= sliceEndsAt) {
      await new Promise((resolve) => {
        setTimeout(resolve, 0)
      })
      sliceEndsAt = performance.now() + SLICE_MS
    }
  }
  return mapped
}
