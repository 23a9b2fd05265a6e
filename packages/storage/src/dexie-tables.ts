/**
 * The sealed tables in IndexedDB, through Dexie. One owner: only the engine's page opens the database.
 *
 * Every write is one readwrite transaction with strict durability, checked on the transaction itself: with Chrome's
 * default a crash can undo what was committed. Nothing but IndexedDB is awaited inside a transaction.
 */
import { Dexie } from 'dexie'
import type { EntityTable, Table } from 'dexie'
import { StorageDamaged, StorageFull, StorageNewer, StorageRefused } from '@sotto/engine'
import type { SealedHeader } from './sealed-format.ts'
import type { SealedChange, SealedTables } from './sealed-storage.ts'

type Name = Uint8Array

/** A header as stored in its table; the name is its key. */
type StoredHeader = SealedHeader

/** Options of every database of ours: strict durability, and no cache of rows that other code might read. */
export const DATABASE_OPTIONS = { chromeTransactionDurability: 'strict', cache: 'disabled', autoOpen: false } as const

/** IndexedDB made a transaction that a crash can undo. A fault: nothing may leave the device that relies on it. */
export class DurabilityNotStrict extends Error {
  override readonly name = 'DurabilityNotStrict'
}

/**
 * Throws `DurabilityNotStrict` unless the transaction reports strict durability. A browser without a choice of
 * durability reports none: it writes through.
 */
export function assertStrictDurability(transaction: IDBTransaction): void {
  const durability: string | undefined = transaction.durability
  if (durability !== undefined && durability !== 'strict') {
    throw new DurabilityNotStrict(`a transaction has ${durability} durability`)
  }
}

/** Dexie's current transaction, checked. Call it inside a readwrite transaction, before writing. */
export function assertCurrentTransactionStrict(): void {
  const transaction = Dexie.currentTransaction as { readonly idbtrans?: IDBTransaction } | null
  if (transaction?.idbtrans === undefined) throw new Error('no transaction is open')
  assertStrictDurability(transaction.idbtrans)
}

/** Opens or creates the database. Rejects with `StorageFull`, or `StorageDamaged` if the browser cannot read it. */
export async function openDexieTables(databaseName: string): Promise<SealedTables> {
  const database = new Dexie(databaseName, DATABASE_OPTIONS)
  database.version(1).stores({ checks: '', rows: '', headers: 'name, history', bodies: '' })
  const checks: Table<Uint8Array, number> = database.table('checks')
  const rows: Table<Uint8Array, Name> = database.table('rows')
  const headers: EntityTable<StoredHeader, 'name'> = database.table('headers')
  const bodies: Table<Uint8Array, Name> = database.table('bodies')
  await typed(() => database.open())

  const write = async (change: SealedChange): Promise<void> => {
    await database.transaction('rw', [rows, headers, bodies], async () => {
      assertCurrentTransactionStrict()
      for (const history of change.dropHistories) {
        const names = await headers.where('history').equals(history).primaryKeys()
        await bodies.bulkDelete(names)
        await headers.bulkDelete(names)
      }
      await rows.bulkDelete([...change.deleteRows])
      await headers.bulkDelete([...change.deleteRecords])
      await bodies.bulkDelete([...change.deleteRecords])
      await rows.bulkPut(
        change.putRows.map(({ sealed }) => sealed),
        change.putRows.map(({ name }) => name),
      )
      await headers.bulkPut(change.putRecords.map(({ header }) => header))
      await bodies.bulkPut(
        change.putRecords.map(({ body }) => body),
        change.putRecords.map(({ header }) => header.name),
      )
    })
  }

  return {
    check: (ifEmpty) =>
      typed(() =>
        database.transaction('rw', [checks, rows, headers], async () => {
          assertCurrentTransactionStrict()
          const check = await checks.get(0)
          if (check !== undefined) return check
          if ((await rows.count()) + (await headers.count()) > 0) throw new StorageDamaged('rows without their check')
          await checks.put(ifEmpty, 0)
          return ifEmpty
        }),
      ),
    readRows: () =>
      typed(() =>
        database.transaction('r', rows, async () => {
          const names = await rows.toCollection().primaryKeys()
          const values = await rows.toArray()
          return values.map((sealed, i) => ({ name: bytesOf(names[i]), sealed }))
        }),
      ),
    readHeaders: (history) =>
      typed(async () => {
        const stored = await headers.where('history').equals(history).toArray()
        return stored
      }),
    readHeadersOf: (names) => typed(() => headers.bulkGet([...names])),
    readBodies: (names) => typed(() => bodies.bulkGet([...names])),
    write: async (change) => {
      try {
        await typed(() => write(change))
      } catch (error) {
        if (error instanceof StorageFull) await passCleanUpTransaction(database, checks)
        throw error
      }
    },
    close: async () => database.close(),
  }
}

/**
 * After a full quota Firefox allows only deletions in the connection's next readwrite transaction: a put in it fails
 * with `InvalidStateError`. This uses up that transaction, so that the caller's next commit gets an ordinary one.
 */
async function passCleanUpTransaction(database: Dexie, table: Table<Uint8Array, number>): Promise<void> {
  await database.transaction('rw', table, () => table.delete(-1)).catch(() => undefined)
}

/** IndexedDB returns binary keys as `ArrayBuffer`s. */
function bytesOf(key: ArrayBuffer | Uint8Array | undefined): Uint8Array {
  if (key === undefined) throw new StorageDamaged('a row without its name')
  return key instanceof Uint8Array ? key : new Uint8Array(key)
}

/** Runs a call on a database and turns its failures into the port's types. */
export async function typed<T>(call: () => PromiseLike<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof StorageDamaged || error instanceof DurabilityNotStrict) throw error
    const names = [...namesOf(error)]
    if (names.includes('QuotaExceededError')) throw new StorageFull('the browser has no room left', { cause: error })
    if (names.some((name) => REFUSAL.has(name))) throw new StorageRefused('the browser lets nothing be stored', { cause: error })
    if (names.includes('VersionError')) throw new StorageNewer('a later version wrote it', { cause: error })
    if (names.some((name) => DAMAGE.has(name))) throw new StorageDamaged('the browser cannot read it', { cause: error })
    throw error
  }
}

/**
 * Errors of browsers where nothing may be stored: `InvalidStateError` in a Firefox that never keeps a history,
 * `SecurityError` in others, and Dexie's own name where there is no IndexedDB at all.
 */
const REFUSAL = new Set(['SecurityError', 'InvalidStateError', 'NotAllowedError', 'MissingAPIError'])

/** Errors of browsers for a database whose files they cannot read. */
const DAMAGE = new Set(['UnknownError', 'NotReadableError', 'DataError'])

/** The names of an error and of its causes: Dexie wraps IndexedDB's errors. */
function* namesOf(error: unknown): Iterable<string> {
  if (typeof error !== 'object' || error === null) return
  if ('name' in error && typeof error.name === 'string') yield error.name
  if ('inner' in error) yield* namesOf(error.inner)
  if ('failures' in error && Array.isArray(error.failures)) for (const failure of error.failures) yield* namesOf(failure)
}
