/** The vault port in a folder, for headless peers in Node: a header and a database, sealed as in a browser. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { StorageFull } from '@sotto/engine'
import type { StoragePort, VaultPort } from '@sotto/engine'
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
  const opened = new Set<StoragePort>()
  return {
    read: async () => (existsSync(header) ? new Uint8Array(readFileSync(header)) : undefined),
    write: async (bytes) => {
      try {
        replaceFile(header, bytes)
        syncFolder(folder)
      } catch (error) {
        const isFull = error instanceof Error && 'code' in error && error.code === 'ENOSPC'
        throw isFull ? new StorageFull('the disk has no room left', { cause: error }) : error
      }
    },
    wipe: async () => {
      await Promise.all([...opened].map((storage) => storage.close()))
      opened.clear()
      // The header first: without the wrapped key the rows are noise, if the rest does not happen.
      for (const path of [header, `${header}.new`]) rmSync(path, { force: true })
      for (const name of DATABASE_FILES) rmSync(join(folder, name), { force: true })
      syncFolder(folder)
    },
    openStorage: async (cipher) => {
      const storage = await openSealedStorage(openSqliteTables(join(folder, 'rows.sqlite'), largestBytes), cipher)
      opened.add(storage)
      return storage
    },
    stretch,
  }
}

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

/** Makes a renamed or deleted name durable. */
function syncFolder(folder: string): void {
  // Windows cannot open a folder. Its renames are durable without.
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
