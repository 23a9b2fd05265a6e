/** Everything in an origin's IndexedDB, as texts that can be searched. */
import { toBase64url, toHex } from '@sotto/wire'

/** Bytes as a text of one character each. */
const latin1 = (bytes: Uint8Array): string => {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text
}

/** The forms in which a secret could appear: raw, in hex, in base64 of either alphabet. */
export function formsOf(bytes: Uint8Array): readonly string[] {
  const base64url = toBase64url(bytes)
  const base64 = base64url.replaceAll('-', '+').replaceAll('_', '/')
  return [latin1(bytes), toHex(bytes), toHex(bytes).toUpperCase(), base64url, base64]
}

/** Every key, value and index key of every database, and their names. */
export async function dumpDatabases(): Promise<readonly string[]> {
  const texts: string[] = []
  for (const { name } of await indexedDB.databases()) {
    if (name === undefined) continue
    texts.push(name)
    const database = await settled(indexedDB.open(name))
    for (const storeName of database.objectStoreNames) {
      const store = database.transaction(storeName).objectStore(storeName)
      texts.push(storeName, ...store.indexNames)
      const all = [settled(store.getAll()), settled(store.getAllKeys())]
      for (const read of await Promise.all(all)) collectTexts(read, texts)
      for (const indexName of database.transaction(storeName).objectStore(storeName).indexNames) {
        await collectIndexKeys(database.transaction(storeName).objectStore(storeName).index(indexName), texts)
      }
    }
    database.close()
  }
  return texts
}

function collectIndexKeys(index: IDBIndex, texts: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = index.openKeyCursor()
    request.addEventListener('error', () => reject(request.error ?? new Error('not read')))
    request.addEventListener('success', () => {
      const cursor = request.result
      if (cursor === null) return resolve()
      collectTexts(cursor.key, texts)
      cursor.continue()
    })
  })
}

function collectTexts(value: unknown, texts: string[]): void {
  if (value instanceof Uint8Array) texts.push(latin1(value))
  else if (value instanceof ArrayBuffer) texts.push(latin1(new Uint8Array(value)))
  else if (typeof value === 'object' && value !== null) {
    for (const [name, part] of Object.entries(value)) {
      texts.push(name)
      collectTexts(part, texts)
    }
  } else texts.push(String(value))
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error ?? new Error('not read')))
  })
}
