/** A file on a disk that is overwritten in place: for headless peers. */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { type ErasableFile, StorageFull } from '@sotto/engine'

/** Readable by its owner only. Rejects with `StorageFull` where it cannot be created. */
export function createDiskFile(path: string): ErasableFile {
  return {
    read: async () => (existsSync(path) ? new Uint8Array(readFileSync(path)) : undefined),
    overwrite: async (offset, bytes) =>
      typed(() => {
        if (!existsSync(path)) {
          closeSync(openSync(path, 'a', 0o600))
          syncFolder(dirname(path))
        }
        inFile(path, (file) => writeSync(file, bytes, 0, bytes.length, offset))
      }),
    remove: async () => {
      rmSync(path, { force: true })
      syncFolder(dirname(path))
    },
  }
}

function inFile(path: string, write: (file: number) => void): void {
  const file = openSync(path, 'r+')
  try {
    write(file)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Makes a created, renamed or deleted name durable. */
export function syncFolder(folder: string): void {
  // Windows cannot open a folder. Its renames are durable without.
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** Runs a call on the disk and turns its failure into the port's type. */
export function typed<T>(call: () => T): T {
  try {
    return call()
  } catch (error) {
    throw portError(error)
  }
}

/** The same for a call that takes its time. */
export async function typedLater<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    throw portError(error)
  }
}

/** No room on the disk, none of what its owner may have, or none in a file system that takes no longer file. */
const FULL = ['ENOSPC', 'EDQUOT', 'EFBIG']

const portError = (error: unknown): unknown =>
  error instanceof Error && 'code' in error && FULL.includes(String(error.code)) ? new StorageFull('the disk has no room left', { cause: error }) : error
