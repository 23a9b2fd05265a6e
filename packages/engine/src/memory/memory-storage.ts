/**
 * The storage port in memory, with the effect of a crash on a disk: for the simulator and for tests.
 *
 * Deterministic. Committed and read values are copies, so that no caller can change the past through a reference. A
 * creator that never changes a value may switch the copies off.
 */
import { StorageFull } from '../ports.ts'
import type { HistoryQuery, HistoryRecord, StoragePort, Writes } from '../ports.ts'
import { createHistoryIndex } from './history-index.ts'
import type { HistoryIndex } from './history-index.ts'

/**
 * `strict`: what is committed survives a crash. `relaxed`: it survives once it was synced, which is what a browser does
 * unless strict durability is requested.
 */
export type MemoryDurability = 'strict' | 'relaxed'

/** The storage port and, for a caller that cannot wait, the same synchronously. */
export interface MemoryStorage extends StoragePort {
  /** Like `commit`. Throws `StorageFull`, and then nothing was written. */
  readonly commitNow: (writes: Writes) => void
  readonly loadNow: () => ReadonlyMap<string, Uint8Array>
  readonly readHistoryNow: (query: HistoryQuery) => readonly HistoryRecord[]
  /** Makes the next commit fail with `StorageFull`; the one after it works again. */
  readonly failNextCommit: () => void
  /** Commits that a crash may still undo; always 0 with strict durability. */
  readonly unsyncedCommits: () => number
  /** Makes everything that was committed durable. */
  readonly sync: () => void
  /**
   * The storage as a restart would find it: a copy without the last `lostCommits` of the unsynced commits (default:
   * all of them). This storage stays unchanged.
   */
  readonly crash: (lostCommits?: number) => MemoryStorage
}

interface KeptHistory {
  readonly values: Map<string, Uint8Array>
  /** The names of the keys of those that have one of their own. */
  readonly under: Map<string, string>
  readonly index: HistoryIndex
}

interface Contents {
  readonly rows: Map<string, Uint8Array>
  readonly histories: Map<string, KeptHistory>
}

export interface MemoryStorageOptions {
  readonly durability?: MemoryDurability
  /** False: values are kept and returned without a copy, for a caller that never changes one. Default: true. */
  readonly copies?: boolean
}

/** An empty storage. */
export function createMemoryStorage({ durability = 'strict', copies = true }: MemoryStorageOptions = {}): MemoryStorage {
  return storageOf({ rows: new Map(), histories: new Map() }, durability, copies)
}

function storageOf(contents: Contents, durability: MemoryDurability, copies: boolean): MemoryStorage {
  const own = (value: Uint8Array): Uint8Array => (copies ? value.slice() : value)
  /** Writes that undo each commit that a crash may still undo, in their order: much less than a copy of everything. */
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
    return copies ? new Map([...contents.rows].map(([key, value]) => [key, own(value)])) : new Map(contents.rows)
  }

  const readHistoryNow = (query: HistoryQuery): readonly HistoryRecord[] => {
    refuseIfClosed()
    if (query.kind === 'across') return query.records.flatMap(({ history, id }) => readHistoryNow({ kind: 'byId', history, ids: [id] }))
    const history = contents.histories.get(query.history)
    if (history === undefined) return []
    return history.index.select(query).flatMap(({ id, order }) => {
      const value = history.values.get(id)
      return value === undefined ? [] : [{ id, order, value: own(value) }]
    })
  }

  return {
    commitNow,
    loadNow,
    readHistoryNow,
    commit: async (writes) => commitNow(writes),
    load: async () => loadNow(),
    readHistory: async (query) => readHistoryNow(query),
    // Nothing is sealed here.
    renewRows: async () => true,
    // Names alone are kept, and `apply` looks after them.
    keepKeys: async () => {},
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

/** Dropped histories first, then rows and records in their listed order (`Writes`). */
function apply(contents: Contents, writes: Writes): void {
  for (const history of writes.dropHistories) contents.histories.delete(history)
  for (const { key, value } of writes.rows) {
    if (value === null) contents.rows.delete(key)
    else contents.rows.set(key, value)
  }
  for (const { history: name, id, order, value, under } of writes.histories) {
    const history = contents.histories.get(name) ?? { values: new Map<string, Uint8Array>(), under: new Map<string, string>(), index: createHistoryIndex() }
    contents.histories.set(name, history)
    history.under.delete(id)
    if (value === null) {
      history.values.delete(id)
      history.index.remove(id)
    } else {
      history.values.set(id, value)
      history.index.put({ id, order })
      if (under !== undefined) history.under.set(id, under)
    }
  }
  if (writes.eraseKeys !== undefined) refuseLeft(contents, new Set(writes.eraseKeys))
}

/** On a disk, what is left under an erased key opens no more: the commit that erases a key has to delete what is under it. */
function refuseLeft({ histories }: Contents, erased: ReadonlySet<string>): void {
  for (const [name, { under }] of histories)
    for (const [id, key] of under) if (erased.has(key)) throw new Error(`a record outlives its key: ${name.split('/')[0] ?? ''} ${id.length}`)
}

/** The commit that restores everything that `writes` will touch. */
function undoingOf(contents: Contents, writes: Writes): Writes {
  const recordOf = (history: string, id: string): Writes['histories'][number] => {
    const found = contents.histories.get(history)
    const under = found?.under.get(id)
    return { history, id, order: found?.index.find(id)?.order ?? '', value: found?.values.get(id) ?? null, ...(under === undefined ? {} : { under }) }
  }
  return {
    rows: writes.rows.map(({ key }) => ({ key, value: contents.rows.get(key) ?? null })),
    histories: [
      ...writes.histories.map(({ history, id }) => recordOf(history, id)),
      ...writes.dropHistories.flatMap((history) => [...(contents.histories.get(history)?.values.keys() ?? [])].map((id) => recordOf(history, id))),
    ],
    dropHistories: [],
  }
}

/** Values are shared between copies. They are never changed, only replaced. */
function copyContents(contents: Contents): Contents {
  const histories = new Map<string, KeptHistory>()
  for (const [name, { values, under, index }] of contents.histories) {
    const places = [...values.keys()].flatMap((id) => index.find(id) ?? [])
    histories.set(name, { values: new Map(values), under: new Map(under), index: createHistoryIndex(places) })
  }
  return { rows: new Map(contents.rows), histories }
}

function copyWrites(writes: Writes): Writes {
  return {
    rows: writes.rows.map((row) => ({ ...row, value: row.value?.slice() ?? null })),
    histories: writes.histories.map((record) => ({ ...record, value: record.value?.slice() ?? null })),
    dropHistories: [...writes.dropHistories],
    ...(writes.eraseKeys === undefined ? {} : { eraseKeys: [...writes.eraseKeys] }),
  }
}
