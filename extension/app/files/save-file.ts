/**
 * A file of a message is saved where the person says. Browsers with the File System Access API write each stretch to the disk as it is opened;
 * the others are given a Blob, which they may keep on their disk for a while (SECURITY.md).
 */
import type { App } from '../state/app.ts'
import type { FilePlace } from './file-place.ts'
import { NotRead, stretchesOf } from './read-file.ts'

type SaveDialog = (options: { readonly suggestedName: string }) => Promise<FileSystemFileHandle>

/** The browser's dialog; undefined: it has none that gives a place to write to. */
const saveDialog = (): SaveDialog | undefined => (globalThis as { readonly showSaveFilePicker?: SaveDialog }).showSaveFilePicker?.bind(globalThis)

export interface FileToSave extends FilePlace {
  readonly name: string
  readonly sizeBytes: number
}

/** `failed`: the disk did not take it, or its place is not to be written to. Otherwise a sentence. */
export type Saved = { readonly kind: 'saved' | 'notWanted' | 'failed' } | { readonly kind: 'refused'; readonly sentence: string }

/** Called at once while a click is handled: browsers open their dialog only then. `onBytes`: how much was written. */
export async function saveFile(app: App, file: FileToSave, onBytes: (bytes: number) => void): Promise<Saved> {
  // A popup would close with the dialog and end the writing.
  const dialog = app.layout === 'popup' ? undefined : saveDialog()
  try {
    if (dialog === undefined) await throughBlob(app, file, onBytes)
    else await throughHandle(app, await dialog({ suggestedName: file.name }), file, onBytes)
    return { kind: 'saved' }
  } catch (fault) {
    if (fault instanceof NotRead) return { kind: 'refused', sentence: fault.sentence }
    return { kind: fault instanceof DOMException && fault.name === 'AbortError' ? 'notWanted' : 'failed' }
  }
}

async function throughHandle(app: App, handle: FileSystemFileHandle, file: FileToSave, onBytes: (bytes: number) => void): Promise<void> {
  const writing = await handle.createWritable()
  try {
    let bytes = 0
    for await (const stretch of stretchesOf(app.request, file, file.sizeBytes)) {
      await writing.write(stretch)
      onBytes((bytes += stretch.length))
    }
    await writing.close()
  } catch (fault) {
    // What was there before stays.
    await writing.abort().catch(() => undefined)
    throw fault
  }
}

/** Long enough for the browser to have begun with it, ms. */
const BEGUN_MS = 60_000
/** So many bytes become a Blob of their own: the browser may then take them out of the page's memory. */
const PART_BYTES = 4 * 2 ** 20

async function throughBlob(app: App, file: FileToSave, onBytes: (bytes: number) => void): Promise<void> {
  const parts: Blob[] = []
  let stretches: BlobPart[] = []
  let [bytes, unkept] = [0, 0]
  for await (const stretch of stretchesOf(app.request, file, file.sizeBytes)) {
    stretches.push(stretch)
    unkept += stretch.length
    if (unkept >= PART_BYTES) {
      parts.push(new Blob(stretches))
      stretches = []
      unkept = 0
    }
    onBytes((bytes += stretch.length))
  }
  // No browser opens bytes of this type by itself.
  const address = URL.createObjectURL(new Blob([...parts, ...stretches], { type: 'application/octet-stream' }))
  const link = document.createElement('a')
  link.href = address
  link.download = file.name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), BEGUN_MS)
}
