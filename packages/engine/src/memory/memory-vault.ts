import type { ErasableFile, RowCipher, VaultPort } from '../ports.ts'
import { createMemoryStorage } from './memory-storage.ts'
import { createMemoryChunks, type MemoryChunks } from './memory-chunks.ts'
import type { MemoryStorage } from './memory-storage.ts'

/** A file in memory. */
export function createMemoryFile(begun?: Uint8Array): ErasableFile {
  let contents = begun?.slice()
  return {
    read: async () => contents?.slice(),
    overwrite: async (offset, bytes) => {
      const before = contents ?? new Uint8Array()
      contents = new Uint8Array(Math.max(before.length, offset + bytes.length))
      contents.set(before)
      contents.set(bytes, offset)
    },
    remove: async () => {
      contents = undefined
    },
  }
}

/** The vault port in memory: its rows are not sealed, since they never leave the process. */
export interface MemoryVault extends VaultPort {
  /** Narrower than the port's: these return what survives closing and reopening. */
  readonly openStorage: (cipher: RowCipher) => Promise<MemoryStorage>
  readonly openChunks: () => Promise<MemoryChunks>
}

/**
 * A vault without a profile, or with the header, secrets, rows and chunks of another vault. `stretch` turns a passphrase into a key; a
 * test passes the real Argon2id or something quick.
 */
export function createMemoryVault(options: {
  readonly stretch: VaultPort['stretch']
  readonly header?: Uint8Array
  readonly secrets?: ErasableFile
  readonly storage?: MemoryStorage
  readonly chunks?: MemoryChunks
}): MemoryVault {
  const secrets = options.secrets ?? createMemoryFile()
  const keys = createMemoryFile()
  let header = options.header?.slice()
  let tries: Uint8Array | undefined
  let storage = options.storage ?? createMemoryStorage()
  let chunks = options.chunks ?? createMemoryChunks()
  return {
    read: async () => header?.slice(),
    write: async (given) => {
      header = given.slice()
    },
    secrets,
    keys,
    tries: {
      read: async () => tries?.slice(),
      write: async (given) => {
        tries = given.slice()
      },
    },
    wipe: async () => {
      await secrets.remove()
      await keys.remove()
      header = undefined
      tries = undefined
      await storage.close()
      storage = createMemoryStorage()
      await chunks.close()
      chunks = createMemoryChunks()
    },
    openStorage: async () => {
      storage = storage.crash(0)
      return storage
    },
    openChunks: async () => (chunks = chunks.reopened()),
    stretch: options.stretch,
  }
}
