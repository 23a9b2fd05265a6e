/**
 * The storage port in memory, with what a crash does to a disk: for the simulator and for tests.
 *
 * Deterministic. What is committed and what is read are copies, so that nobody can change the past by keeping a
 * reference, unless whoever made it said that nobody does.
 */
import { StorageFull } from '../ports.ts'
import type { LogQuery, LogRecord, StoragePort, Writes } from '../ports.ts'
import { createLogIndex } from './log-index.ts'
import type { LogIndex } from './log-index.ts'

/**
 * `strict`: what is committed survives a crash. `relaxed`: it survives once it was synced (what a browser does unless
 * it is asked for strict durability).
 */
export type MemoryDurability = 'strict' | 'relaxed'

/** The storage port and, for a caller that cannot wait, the same synchronously. */
export interface MemoryStorage extends StoragePort {
  /** As `commit`. Throws `StorageFull`; nothing was written then. */
  readonly commitNow: (writes: Writes) => void
  readonly loadNow: () => ReadonlyMap<string, Uint8Array>
  readonly readLogNow: (query: LogQuery) => readonly LogRecord[]
  /** Makes the next commit fail with `StorageFull`; the one after it works again. */
  readonly failNextCommit: () => void
  /** Commits that a crash may still undo; always 0 where durability is strict. */
  readonly unsyncedCommits: () => number
  /** Makes everything that was committed durable. */
  readonly sync: () => void
  /**
   * The storage as a restart would find it: a copy without the last `lostCommits` of the unsynced commits (all of
   * them unless said otherwise). This storage is left as it is.
   */
  readonly crash: (lostCommits?: number) => MemoryStorage
}

interface Log {
  readonly values: Map<string, Uint8Array>
  readonly index: LogIndex
}

interface Contents {
  readonly rows: Map<string, Uint8Array>
  readonly logs: Map<string, Log>
}

export interface MemoryStorageOptions {
  readonly durability?: MemoryDurability
  /** False: values are kept and given as they are, by a caller that never changes one. Default: true. */
  readonly copies?: boolean
}

/** An empty storage. */
export function createMemoryStorage({ durability = 'strict', copies = true }: MemoryStorageOptions = {}): MemoryStorage {
  return storageOf({ rows: new Map(), logs: new Map() }, durability, copies)
}

function storageOf(contents: Contents, durability: MemoryDurability, copies: boolean): MemoryStorage {
  const own = (value: Uint8Array): Uint8Array => (copies ? value.slice() : value)
  /** What takes each commit back that a crash may still undo, in their order: much less than a copy of everything. */
  let undoings: Writes[] = []
  let isFull = false
  let isClosed = false

  const refuseIfClosed = (): void => {
    if (isClosed) throw new Error('the storage is closed')
  }

  const commitNow = (given: Writes): void => {
    refuseIfClosed()
    if (isFull) {
      isFull = false
      throw new StorageFull('the memory storage was told to be full')
    }
    const writes = copies ? copyWrites(given) : given
    if (durability === 'relaxed') undoings.push(undoingOf(contents, writes))
    apply(contents, writes)
  }

  const loadNow = (): ReadonlyMap<string, Uint8Array> => {
    refuseIfClosed()
    return new Map([...contents.rows].map(([key, value]) => [key, own(value)]))
  }

  const readLogNow = (query: LogQuery): readonly LogRecord[] => {
    refuseIfClosed()
    const log = contents.logs.get(query.log)
    if (log === undefined) return []
    return log.index.select(query).flatMap(({ id, order }) => {
      const value = log.values.get(id)
      return value === undefined ? [] : [{ id, order, value: own(value) }]
    })
  }

  return {
    commitNow,
    loadNow,
    readLogNow,
    commit: async (writes) => commitNow(writes),
    load: async () => loadNow(),
    readLog: async (query) => readLogNow(query),
    close: async () => {
      isClosed = true
    },
    failNextCommit: () => {
      isFull = true
    },
    unsyncedCommits: () => undoings.length,
    sync: () => {
      undoings = []
    },
    crash: (lostCommits = undoings.length) => {
      const found = copyContents(contents)
      for (const undoing of undoings.slice(Math.max(0, undoings.length - lostCommits)).toReversed()) apply(found, undoing)
      return storageOf(found, durability, copies)
    },
  }
}

/** Dropped logs first, then rows and records in the order in which they are named (`Writes`). */
function apply(contents: Contents, writes: Writes): void {
  for (const log of writes.dropLogs) contents.logs.delete(log)
  for (const { key, value } of writes.rows) {
    if (value === null) contents.rows.delete(key)
    else contents.rows.set(key, value)
  }
  for (const { log: name, id, order, value } of writes.logs) {
    const log = contents.logs.get(name) ?? { values: new Map<string, Uint8Array>(), index: createLogIndex() }
    contents.logs.set(name, log)
    if (value === null) {
      log.values.delete(id)
      log.index.remove(id)
    } else {
      log.values.set(id, value)
      log.index.put({ id, order })
    }
  }
}

/** The commit after which everything that `writes` will touch is as it is now. */
function undoingOf(contents: Contents, writes: Writes): Writes {
  const recordOf = (log: string, id: string): Writes['logs'][number] => {
    const found = contents.logs.get(log)
    return { log, id, order: found?.index.find(id)?.order ?? '', value: found?.values.get(id) ?? null }
  }
  return {
    rows: writes.rows.map(({ key }) => ({ key, value: contents.rows.get(key) ?? null })),
    logs: [
      ...writes.logs.map(({ log, id }) => recordOf(log, id)),
      ...writes.dropLogs.flatMap((log) => [...(contents.logs.get(log)?.values.keys() ?? [])].map((id) => recordOf(log, id))),
    ],
    dropLogs: [],
  }
}

/** Values are shared between copies: they are never changed, only replaced. */
function copyContents(contents: Contents): Contents {
  const logs = new Map<string, Log>()
  for (const [name, { values, index }] of contents.logs) {
    const places = [...values.keys()].flatMap((id) => index.find(id) ?? [])
    logs.set(name, { values: new Map(values), index: createLogIndex(places) })
  }
  return { rows: new Map(contents.rows), logs }
}

function copyWrites(writes: Writes): Writes {
  return {
    rows: writes.rows.map((row) => ({ ...row, value: row.value?.slice() ?? null })),
    logs: writes.logs.map((record) => ({ ...record, value: record.value?.slice() ?? null })),
    dropLogs: [...writes.dropLogs],
  }
}
