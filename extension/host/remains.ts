/**
 * All storage that a browser gives this extension, whichever of its parts writes there: to clear it in a wipe, and to look
 * afterwards whether anything is left.
 */
import type { RemainsPort } from '@sotto/engine'
import { browser } from 'wxt/browser'

type Area = { readonly get: (keys: null) => Promise<object>; readonly clear: () => Promise<void> }

/** The areas of the extension's storage that there are: none without the permission. */
function areas(): readonly (readonly [name: string, area: Area])[] {
  const storage = (browser as unknown as { readonly storage?: { readonly [name: string]: Area | undefined } }).storage
  return ['local', 'session', 'sync'].flatMap((name) => {
    const area = storage?.[name]
    return area === undefined ? [] : [[name, area] as const]
  })
}

async function filesOf(folder: FileSystemDirectoryHandle): Promise<readonly string[]> {
  const names: string[] = []
  for await (const name of (folder as FileSystemDirectoryHandle & { readonly keys: () => AsyncIterable<string> }).keys()) names.push(name)
  return names
}

export const remains: RemainsPort = {
  clear: async () => {
    localStorage.clear()
    sessionStorage.clear()
    for (const name of await caches.keys()) await caches.delete(name)
    for (const [, area] of areas()) await area.clear()
    const folder = await navigator.storage.getDirectory()
    for (const name of await filesOf(folder)) await folder.removeEntry(name, { recursive: true })
  },
  list: async () => {
    const databases = (await indexedDB.databases()).map(({ name = '' }) => `database ${name}`)
    const files = (await filesOf(await navigator.storage.getDirectory())).map((name) => `file ${name}`)
    const kept = [localStorage, sessionStorage].flatMap((storage) => Object.keys(storage).map((name) => `setting ${name}`))
    const cached = (await caches.keys()).map((name) => `cache ${name}`)
    const inAreas = await Promise.all(areas().map(async ([name, area]) => Object.keys(await area.get(null)).map((key) => `${name} storage ${key}`)))
    return [...databases, ...files, ...kept, ...cached, ...inAreas.flat()]
  },
}
