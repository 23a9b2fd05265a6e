/**
 * A vault whose browser dies: after a number of writes it answers nothing any more, like a process that is gone. What
 * was written until then is in the vault that it wraps.
 */
import type { ChunkStorePort, ErasableFile, RowCipher, StoragePort, VaultPort } from '../ports.ts'

export interface DyingVault extends VaultPort {
  /** Writes so far, including those that died. */
  readonly writes: () => number
}

const never = (): Promise<never> => new Promise(() => {})

/** `lastIsMade`: the last write reaches the disk, and only its caller is never told. */
export function dyingVault(vault: VaultPort, diesAt: number, lastIsMade: boolean): DyingVault {
  let writes = 0
  let isDead = false
  const write = async <T>(make: () => Promise<T>): Promise<T> => {
    if (isDead) return never()
    isDead = ++writes === diesAt
    if (isDead && !lastIsMade) return never()
    const made = await make()
    return isDead ? never() : made
  }
  const read = <T>(make: () => Promise<T>): Promise<T> => (isDead ? never() : make())
  const fileOf = (file: ErasableFile): ErasableFile => ({
    read: () => read(() => file.read()),
    overwrite: (offset, bytes) => write(() => file.overwrite(offset, bytes)),
    remove: () => write(() => file.remove()),
  })
  const storageOf = (storage: StoragePort): StoragePort => ({
    load: () => read(() => storage.load()),
    commit: (changes) => write(() => storage.commit(changes)),
    readHistory: (query) => read(() => storage.readHistory(query)),
    renewRows: () => write(() => storage.renewRows()),
    keepKeys: (names) => write(() => storage.keepKeys(names)),
    close: () => read(() => storage.close()),
  })
  const chunksOf = (chunks: ChunkStorePort): ChunkStorePort => ({
    write: (file, offset, bytes) => write(() => chunks.write(file, offset, bytes)),
    read: (file, offset, length) => read(() => chunks.read(file, offset, length)),
    remove: (file) => write(() => chunks.remove(file)),
    list: () => read(() => chunks.list()),
    close: () => read(() => chunks.close()),
  })
  return {
    writes: () => writes,
    read: () => read(() => vault.read()),
    write: (header) => write(() => vault.write(header)),
    secrets: fileOf(vault.secrets),
    keys: fileOf(vault.keys),
    tries: {
      read: () => read(() => vault.tries.read()),
      write: (bytes) => write(() => vault.tries.write(bytes)),
    },
    wipe: () => write(() => vault.wipe()),
    // Opening writes too: the key check.
    openStorage: (cipher: RowCipher) => write(async () => storageOf(await vault.openStorage(cipher))),
    openChunks: () => read(async () => chunksOf(await vault.openChunks())),
    stretch: (...asked) => read(() => vault.stretch(...asked)),
  }
}
