/**
 * The chunk store in a folder of the browser's origin private file system. Only a Worker may write there in place, and while it has a
 * file open nobody else does (File System Standard, `FileSystemSyncAccessHandle`).
 */
import { type ChunkStorePort, StorageFull } from '@sotto/engine'
import { type ChunkFolder, openChunkStore, type OpenFile } from './chunk-store.ts'
import { isMissing, type SyncAccessHandle, type WritableInPlace } from './origin-file.ts'

/** A Worker that ended a moment ago may still have the file: as many tries, with so long between them. */
const TRIES = 20
const AGAIN_MS = 100

/** Runs in a Worker: opens the folder, and makes it where there is none. */
export async function openOriginChunks(folderName: string): Promise<ChunkStorePort> {
  const root = await navigator.storage.getDirectory()
  return openChunkStore(originFolder(await root.getDirectoryHandle(folderName, { create: true })), typed)
}

/** Deletes the folder with all that is in it, if there is one. Runs anywhere, while no store is open. */
export async function deleteOriginFolder(folderName: string): Promise<void> {
  const root = await navigator.storage.getDirectory()
  await ifThere(onceFree(() => root.removeEntry(folderName, { recursive: true })))
}

const originFolder = (folder: FileSystemDirectoryHandle): ChunkFolder => ({
  openFile: async (name, create) => {
    const file = await ifThere(folder.getFileHandle(name, { create }))
    return file && openFile(await onceFree(() => (file as WritableInPlace).createSyncAccessHandle()))
  },
  removeFile: async (name) => ifThere(folder.removeEntry(name)),
  names: async () => {
    const names: string[] = []
    for await (const name of (folder as FileSystemDirectoryHandle & { readonly keys: () => AsyncIterable<string> }).keys()) names.push(name)
    return names
  },
  sizeOf: async (name) => (await ifThere(folder.getFileHandle(name).then((file) => file.getFile())))?.size,
})

const openFile = (access: SyncAccessHandle): OpenFile => ({
  size: () => access.getSize(),
  readAt: (buffer, at) => access.read(buffer, { at }),
  writeAt: (bytes, at) => access.write(bytes, { at }),
  truncate: (bytes) => access.truncate(bytes),
  flush: () => access.flush(),
  close: () => access.close(),
})

/** Tries again while another context has the file open. */
async function onceFree<T>(take: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await take()
    } catch (error) {
      const isTaken = error instanceof DOMException && error.name === 'NoModificationAllowedError'
      if (!isTaken || tries === TRIES) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
  }
}

async function ifThere<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

async function typed<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    const isFull = error instanceof DOMException && error.name === 'QuotaExceededError'
    throw isFull ? new StorageFull('the browser gives no more room', { cause: error }) : error
  }
}
