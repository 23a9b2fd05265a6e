/** The chunk store in a folder of a disk: for headless peers. */
import { fstatSync, mkdirSync } from 'node:fs'
import { type FileHandle, open, readdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ChunkStorePort } from '@sotto/engine'
import { openChunkStore, type ChunkFolder, type OpenFile } from './chunk-store.ts'
import { syncFolder, typed, typedLater } from './disk-file.ts'

/** Opens the folder, and makes it where there is none. It and its files can be read by their owner only. */
export function openDiskChunks(path: string): ChunkStorePort {
  typed(() => {
    if (mkdirSync(path, { recursive: true, mode: 0o700 }) !== undefined) syncFolder(dirname(path))
  })
  return openChunkStore(diskFolder(path), typedLater)
}

const diskFolder = (path: string): ChunkFolder => ({
  openFile: async (name, create) => {
    const found = await ifThere(open(join(path, name), 'r+'))
    if (found !== undefined || !create) return found && openFile(found)
    const made = await open(join(path, name), 'wx+', 0o600)
    syncFolder(path)
    return openFile(made)
  },
  removeFile: async (name) => {
    await rm(join(path, name), { force: true })
    syncFolder(path)
  },
  names: () => readdir(path),
  sizeOf: async (name) => (await ifThere(stat(join(path, name))))?.size,
})

const openFile = (file: FileHandle): OpenFile => ({
  // At once: a way through the thread pool takes longer than the answer.
  size: () => fstatSync(file.fd).size,
  readAt: async (buffer, offset) => (await file.read(buffer, 0, buffer.length, offset)).bytesRead,
  writeAt: async (bytes, offset) => (await file.write(bytes, 0, bytes.length, offset)).bytesWritten,
  truncate: (bytes) => file.truncate(bytes),
  flush: () => file.datasync(),
  close: () => file.close(),
})

async function ifThere<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
