/**
 * Deletes a database of IndexedDB; resolves when it is gone, also where it never was. Waits for connections that are
 * being closed: Chromium may hear of a deletion before it hears of the close that came first, and reports it as blocked
 * until then. Dexie would write that to the console, where a person reads it as an error. Rejects with what the browser
 * says.
 */
export function deleteDatabase(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name)
    request.addEventListener('success', () => resolve())
    request.addEventListener('error', () => reject(request.error ?? new Error('the database was not deleted')))
  })
}
