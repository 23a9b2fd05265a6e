/** The vault port in a folder, for headless peers in Node: a header, a database and chunks of files, sealed as in a browser. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { eraseSecrets, type VaultPort } from '@sotto/engine'
import { openDiskChunks } from './disk-chunks.ts'
import { createDiskFile, syncFolder, typed } from './disk-file.ts'
import { openSealedStorage } from './sealed-storage.ts'
import { openSqliteTables } from './sqlite-tables.ts'

export interface FileVaultOptions {
  /** Created if it is not there, readable by its owner only. */
  readonly folder: string
  /** Argon2id. */
  readonly stretch: VaultPort['stretch']
  /** Most bytes of the database; absent: as many as the disk has. */
  readonly largestBytes?: number
}

const DATABASE_FILES = ['rows.sqlite', 'rows.sqlite-wal', 'rows.sqlite-shm']

/** The vault of one folder. Rejects with `StorageFull` or `StorageDamaged` as the port says. */
export function createFileVault({ folder, stretch, largestBytes }: FileVaultOptions): VaultPort {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const header = join(folder, 'vault')
  const tries = join(folder, 'tries')
  const secrets = createDiskFile(join(folder, 'secrets'))
  const keys = createDiskFile(join(folder, 'keys'))
  const chunks = join(folder, 'chunks')
  const opened = new Set<{ readonly close: () => Promise<void> }>()
  const replace = async (path: string, bytes: Uint8Array): Promise<void> =>
    typed(() => {
      replaceFile(path, bytes)
      syncFolder(folder)
    })
  return {
    read: async () => readIfThere(header),
    write: (bytes) => replace(header, bytes),
    secrets,
    keys,
    tries: { read: async () => readIfThere(tries), write: (bytes) => replace(tries, bytes) },
    wipe: async () => {
      // First: without them everything else is noise, if the rest does not happen, and wherever copies of it are left.
      await eraseSecrets(secrets)
      await eraseSecrets(keys)
      await Promise.all([...opened].map((each) => each.close()))
      opened.clear()
      for (const path of [header, `${header}.new`, tries, `${tries}.new`]) rmSync(path, { force: true })
      for (const name of DATABASE_FILES) rmSync(join(folder, name), { force: true })
      rmSync(chunks, { recursive: true, force: true })
      syncFolder(folder)
      await secrets.remove()
      await keys.remove()
    },
    openStorage: async (cipher) => {
      const storage = await openSealedStorage(openSqliteTables(join(folder, 'rows.sqlite'), largestBytes), keys, cipher)
      opened.add(storage)
      return storage
    },
    openChunks: async () => {
      const store = openDiskChunks(chunks)
      opened.add(store)
      return store
    },
    stretch,
  }
}

const readIfThere = (path: string): Uint8Array | undefined => (existsSync(path) ? new Uint8Array(readFileSync(path)) : undefined)

/** The whole new file or the whole old one, whenever the machine stops. */
function replaceFile(path: string, bytes: Uint8Array): void {
  const written = `${path}.new`
  const file = openSync(written, 'w', 0o600)
  try {
    writeSync(file, bytes)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(written, path)
}
