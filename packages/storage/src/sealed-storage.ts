/**
 * The storage port over tables that only hold sealed bytes; IndexedDB and SQLite give the tables.
 *
 * Everything is sealed before the tables are asked for anything, so that a transaction waits for nothing but itself.
 * Calls take effect one after the other. The order of a log's records is known here only: its headers are opened when
 * the log is first read, its bodies when a page asks for them.
 */
import { createLogIndex } from '@sotto/engine'
import type { LogIndex, LogPlace, LogRecord, RowCipher, StoragePort, Writes } from '@sotto/engine'
import { toBase64url } from '@sotto/wire'
import { assertCheckOpens, logName, openBody, openHeader, openRow, recordName, rowName, sealBody, sealCheck, sealHeader, sealRow } from './sealed-format.ts'
import type { SealedHeader, SealedRow } from './sealed-format.ts'

/** What one transaction does: `dropLogs` first; no name is both put and deleted. */
export interface SealedChange {
  readonly dropLogs: readonly Uint8Array[]
  readonly putRows: readonly SealedRow[]
  readonly deleteRows: readonly Uint8Array[]
  readonly putRecords: readonly { readonly header: SealedHeader; readonly body: Uint8Array }[]
  readonly deleteRecords: readonly Uint8Array[]
}

/** Sealed bytes on some disk. Names are 32 bytes. */
export interface SealedTables {
  /** The check of the cipher that these tables were begun with; writes the given one if they are empty. */
  readonly check: (ifEmpty: Uint8Array) => Promise<Uint8Array>
  readonly readRows: () => Promise<readonly SealedRow[]>
  readonly readHeaders: (log: Uint8Array) => Promise<readonly SealedHeader[]>
  /** In the order of the names, `undefined` where there is none. */
  readonly readBodies: (names: readonly Uint8Array[]) => Promise<readonly (Uint8Array | undefined)[]>
  /** All of it or nothing, durable when it resolves. Rejects with `StorageFull` where there is no room. */
  readonly write: (change: SealedChange) => Promise<void>
  readonly close: () => Promise<void>
}

/** How long rows or headers are opened before the page may paint; the loop's own slice. */
const SLICE_MS = 8

/** Opens the rows. Rejects with `StorageDamaged` where they were sealed under another key; the tables are closed then. */
export async function openSealedStorage(tables: SealedTables, cipher: RowCipher): Promise<StoragePort> {
  try {
    assertCheckOpens(cipher, await tables.check(sealCheck(cipher)))
  } catch (error) {
    await tables.close()
    throw error
  }
  const indexes = new Map<string, LogIndex>()
  let last: Promise<unknown> = Promise.resolve()
  let isClosed = false

  /** Runs after everything that was called before, whatever came of it. */
  const enqueue = async <T>(run: () => Promise<T>): Promise<T> => {
    if (isClosed) throw new Error('the storage is closed')
    const done = last.then(run)
    last = done.catch(() => undefined)
    return done
  }

  const indexOf = async (log: string): Promise<LogIndex> => {
    const known = indexes.get(log)
    if (known !== undefined) return known
    const headers = await tables.readHeaders(logName(cipher, log))
    const index = createLogIndex(await inSlices(headers, (header) => openHeader(cipher, header)))
    indexes.set(log, index)
    return index
  }

  const readPlaces = async (log: string, places: readonly LogPlace[]): Promise<readonly LogRecord[]> => {
    const named = places.map((place) => ({ place, name: recordName(cipher, log, place.id) }))
    const bodies = await tables.readBodies(named.map(({ name }) => name))
    return named.map(({ place, name }, i) => openBody(cipher, name, place, bodies[i]))
  }

  return {
    load: () => enqueue(async () => new Map(await inSlices(await tables.readRows(), (row) => openRow(cipher, row)))),
    commit: async (writes) => {
      const change = sealWrites(cipher, writes)
      const kept = namesOf(writes)
      await enqueue(async () => {
        await tables.write(change)
        for (const log of kept.dropLogs) indexes.set(log, createLogIndex())
        for (const { log, id, order, deleted } of kept.logs) {
          if (deleted) indexes.get(log)?.remove(id)
          else indexes.get(log)?.put({ id, order })
        }
      })
    },
    readLog: (query) =>
      enqueue(async () => {
        const index = await indexOf(query.log)
        return readPlaces(query.log, index.select(query))
      }),
    close: async () => {
      if (isClosed) return
      const closing = enqueue(tables.close)
      isClosed = true
      await closing
    },
  }
}

/** The last write of each name, sealed. */
function sealWrites(cipher: RowCipher, writes: Writes): SealedChange {
  const rows = new Map(writes.rows.map((write) => [write.key, write]))
  const records = new Map(
    writes.logs.map((write) => {
      const name = recordName(cipher, write.log, write.id)
      return [toBase64url(name), { name, write }]
    }),
  )
  const logs = new Map<string, Uint8Array>()
  const nameOfLog = (log: string): Uint8Array => {
    const name = logs.get(log) ?? logName(cipher, log)
    logs.set(log, name)
    return name
  }
  return {
    dropLogs: [...new Set(writes.dropLogs)].map(nameOfLog),
    putRows: [...rows.values()].flatMap(({ key, value }) => (value === null ? [] : sealRow(cipher, key, value))),
    deleteRows: [...rows.values()].flatMap(({ key, value }) => (value === null ? rowName(cipher, key) : [])),
    putRecords: [...records.values()].flatMap(({ name, write }) =>
      write.value === null
        ? []
        : {
            header: sealHeader(cipher, nameOfLog(write.log), name, write),
            body: sealBody(cipher, name, write.value),
          },
    ),
    deleteRecords: [...records.values()].flatMap(({ name, write }) => (write.value === null ? name : [])),
  }
}

/** What the indexes need to follow a commit, kept apart from the caller's lists. */
const namesOf = (writes: Writes) => ({
  dropLogs: [...writes.dropLogs],
  logs: writes.logs.map(({ log, id, order, value }) => ({ log, id, order, deleted: value === null })),
})

/** Maps a long list without keeping the thread for longer than a slice at a time. */
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
