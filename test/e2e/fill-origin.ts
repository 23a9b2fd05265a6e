/** Fills the browser's quota for this origin: the only way to a full disk that works in every browser. */

const BALLAST = 'ballast'
const MIB = 1024 * 1024

/** Writes until less than 64 KiB fit. Returns a function that makes room again. */
export async function fillOrigin(): Promise<() => Promise<void>> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(BALLAST, 1)
    request.addEventListener('upgradeneeded', () => request.result.createObjectStore('values', { autoIncrement: true }))
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error ?? new Error('no room for the ballast')))
  })
  for (let sizeBytes = MIB; sizeBytes >= 64 * 1024; sizeBytes /= 2) {
    while (await fits(database, incompressible(sizeBytes)));
  }
  database.close()
  return () =>
    new Promise((resolve, reject) => {
      const request = indexedDB.deleteDatabase(BALLAST)
      request.addEventListener('success', () => resolve())
      request.addEventListener('error', () => reject(request.error ?? new Error('the ballast stays')))
    })
}

function fits(database: IDBDatabase, value: Uint8Array): Promise<boolean> {
  return new Promise((resolve) => {
    const transaction = database.transaction('values', 'readwrite')
    transaction.objectStore('values').add(value)
    transaction.addEventListener('complete', () => resolve(true))
    transaction.addEventListener('abort', () => {
      // Firefox allows only deletions in the next transaction: this is that one.
      database.transaction('values', 'readwrite').abort()
      resolve(false)
    })
  })
}

/** Random bytes: a browser may compress what it stores. */
export function incompressible(sizeBytes: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(sizeBytes)
  for (let i = 0; i < sizeBytes; i += 65_536) crypto.getRandomValues(bytes.subarray(i, i + 65_536))
  return bytes
}
