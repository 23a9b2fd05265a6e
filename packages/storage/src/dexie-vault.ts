/** The vault port in a browser: one database for the header, another for what is sealed under it, a file for secrets and a folder for chunks of files. */
import { Dexie } from 'dexie'
import type { Table } from 'dexie'
import { type ErasableFile, eraseSecrets, type VaultPort } from '@sotto/engine'
import { beginNewLog, beginNewLogsLater } from './begin-new-log.ts'
import { deleteDatabase } from './delete-database.ts'
import { assertCurrentTransactionStrict, DATABASE_OPTIONS, openDexieTables, typed } from './dexie-tables.ts'
import { openSealedStorage } from './sealed-storage.ts'

/** Places in the header's database. */
const HEADER = 0
const TRIES = 1

export interface DexieVaultOptions {
  /** Prefix of the names of this profile's databases. */
  readonly databaseName: string
  /** Argon2id away from this thread (in the extension: a Worker of the host). */
  readonly stretch: VaultPort['stretch']
  /** A file that is overwritten in place, which takes a Worker too (`origin-file.ts`). */
  readonly secrets: ErasableFile
  /** Another such file, for the keys of single records. */
  readonly keys: ErasableFile
  /** Likewise (`origin-chunks.ts`). `remove`: all of it, once no store is open. */
  readonly chunks: { readonly open: VaultPort['openChunks']; readonly remove: () => Promise<void> }
}

/**
 * The vault of one browser profile. When a header is written or rows are opened, it asks the browser once not to evict
 * it, best effort. Rejects with `StorageFull` or `StorageDamaged` as the port says.
 */
export function createDexieVault({ databaseName, stretch, chunks, ...files }: DexieVaultOptions): VaultPort {
  const headerDatabase = `${databaseName}-header`
  const rowsDatabase = `${databaseName}-rows`
  const secrets = typedFile(files.secrets)
  const keys = typedFile(files.keys)
  const opened = new Set<{ readonly close: () => Promise<void> }>()
  let wasAskedToPersist = false
  let newLog: Promise<void> | null = null

  /** Before the first access to any database of ours. */
  const whenLogIsNew = (): Promise<void> => (newLog ??= beginNewLog(databaseName))

  const askToPersist = (): void => {
    if (wasAskedToPersist) return
    wasAskedToPersist = true
    // Not awaited: Firefox may ask the person first, and the answer changes nothing here.
    globalThis.navigator.storage?.persist?.().catch(() => undefined)
  }

  const withHeaders = async <T>(use: (database: Dexie, headers: Table<Uint8Array, number>) => PromiseLike<T>): Promise<T> => {
    await whenLogIsNew()
    const database = new Dexie(headerDatabase, DATABASE_OPTIONS)
    database.version(1).stores({ headers: '' })
    return typed(async () => {
      await database.open()
      try {
        return await use(database, database.table('headers'))
      } finally {
        database.close()
      }
    })
  }

  const put = (place: number, bytes: Uint8Array): Promise<void> =>
    withHeaders((database, headers) =>
      database.transaction('rw', headers, async () => {
        assertCurrentTransactionStrict()
        await headers.put(bytes, place)
      }),
    )

  return {
    read: () => withHeaders((_database, headers) => headers.get(HEADER)),
    write: async (header) => {
      askToPersist()
      await put(HEADER, header)
    },
    tries: { read: () => withHeaders((_database, headers) => headers.get(TRIES)), write: (bytes) => put(TRIES, bytes) },
    secrets,
    keys,
    wipe: async () => {
      // First: without them everything else is noise, if the rest does not happen, and wherever copies of it are left.
      await eraseSecrets(secrets)
      await eraseSecrets(keys)
      await Promise.all([...opened].map((each) => each.close()))
      opened.clear()
      await typed(() => deleteDatabase(headerDatabase))
      await typed(() => deleteDatabase(rowsDatabase))
      await typed(chunks.remove)
      await secrets.remove()
      await keys.remove()
      // Chromium has only noted that they are deleted. A new log makes it write its tables without them.
      await (newLog = beginNewLog(databaseName))
      beginNewLogsLater(databaseName)
    },
    openStorage: async (cipher) => {
      askToPersist()
      await whenLogIsNew()
      const storage = await openSealedStorage(await openDexieTables(rowsDatabase), keys, cipher)
      opened.add(storage)
      return storage
    },
    openChunks: async () => {
      askToPersist()
      const store = await typed(chunks.open)
      opened.add(store)
      return store
    },
    stretch,
  }
}

/** A file whose failures have the port's types. */
const typedFile = (file: ErasableFile): ErasableFile => ({
  read: () => typed(file.read),
  overwrite: (offset, bytes) => typed(() => file.overwrite(offset, bytes)),
  remove: () => typed(file.remove),
})
