/**
 * A file in the browser's origin private file system that is overwritten in place (File System Standard, `FileSystemSyncAccessHandle`).
 * Only a Worker may do that: `createWritable` would write another file and put it in the place of the first.
 */

/** As the standard has it; TypeScript declares it for Workers only. */
export interface SyncAccessHandle {
  readonly getSize: () => number
  readonly read: (bytes: Uint8Array, options: { readonly at: number }) => number
  readonly truncate: (bytes: number) => void
  readonly write: (bytes: Uint8Array, options: { readonly at: number }) => number
  readonly flush: () => void
  readonly close: () => void
}
export type WritableInPlace = FileSystemFileHandle & { readonly createSyncAccessHandle: () => Promise<SyncAccessHandle> }

/** Runs in a Worker: writes at an offset, and returns once it is durable. Creates the file if there is none. */
export async function overwriteOriginFile(name: string, offset: number, bytes: Uint8Array): Promise<void> {
  const folder = await navigator.storage.getDirectory()
  const file = (await folder.getFileHandle(name, { create: true })) as WritableInPlace
  const access = await file.createSyncAccessHandle()
  try {
    const written = access.write(bytes, { at: offset })
    if (written !== bytes.length) throw new DOMException('the file took only a part', 'QuotaExceededError')
    access.flush()
  } finally {
    access.close()
  }
}

/** All of the file; `undefined` if there is none. Runs anywhere. */
export async function readOriginFile(name: string): Promise<Uint8Array | undefined> {
  const folder = await navigator.storage.getDirectory()
  try {
    const file = await (await folder.getFileHandle(name)).getFile()
    return new Uint8Array(await file.arrayBuffer())
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** Deletes the file, if there is one. What it held must have been overwritten. Runs anywhere. */
export async function deleteOriginFile(name: string): Promise<void> {
  const folder = await navigator.storage.getDirectory()
  await folder.removeEntry(name).catch((error: unknown) => {
    if (!isMissing(error)) throw error
  })
}

/** The browser's error for a file or folder that is not there. */
export const isMissing = (error: unknown): boolean => error instanceof DOMException && error.name === 'NotFoundError'
