/** What a browser has stored of the extension, written as the folder of a headless peer, so that one program looks at both. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openSqliteTables } from '../../packages/storage/src/sqlite-tables.ts'
import type { AppPage } from '../fixtures/browser-profile.ts'

/** Bytes as base64. */
type Text = string

interface Stored {
  /** By their places: the vault's header, and what counts wrong tries. */
  readonly headers: readonly (readonly [place: number, bytes: Text])[]
  readonly rows: readonly (readonly [name: Text, sealed: Text])[]
  readonly records: readonly (readonly [name: Text, history: Text, sealed: Text])[]
  readonly bodies: readonly (readonly [name: Text, sealed: Text])[]
  readonly secrets: Text
  readonly keys: Text
}

/** Reads everything that the engine keeps, through a page of the extension, and writes it to a new folder. */
export async function writeStored(page: AppPage, folder: string): Promise<void> {
  const { headers, rows, records, bodies, ...files } = await page.evaluate(storedInPage, null)
  mkdirSync(folder, { recursive: true })
  for (const [place, bytes] of headers) writeFileSync(join(folder, place === 0 ? 'vault' : 'tries'), Buffer.from(bytes, 'base64'))
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), Buffer.from(bytes, 'base64'))
  const path = join(folder, 'rows.sqlite')
  await openSqliteTables(path).close()
  const database = new DatabaseSync(path)
  const fill = (into: string, all: readonly (readonly Text[])[]): void => {
    const insert = database.prepare(into)
    for (const values of all) insert.run(...values.map((value) => Buffer.from(value, 'base64')))
  }
  database.exec('BEGIN')
  fill('INSERT INTO rows (name, sealed) VALUES (?, ?)', rows)
  fill('INSERT INTO headers (name, history, sealed) VALUES (?, ?, ?)', records)
  fill('INSERT INTO bodies (name, sealed) VALUES (?, ?)', bodies)
  database.exec('COMMIT')
  database.close()
}

/** Runs in the page: it can use nothing from outside its braces. */
async function storedInPage(): Promise<Stored> {
  const text = (value: unknown): string => {
    const bytes = value instanceof ArrayBuffer ? new Uint8Array(value) : (value as Uint8Array)
    let all = ''
    for (const byte of bytes) all += String.fromCharCode(byte)
    return btoa(all)
  }
  const settled = <T>(request: IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      request.addEventListener('success', () => resolve(request.result))
      request.addEventListener('error', () => reject(request.error ?? new Error('not read')))
    })
  const entries = async (database: IDBDatabase, name: string): Promise<readonly (readonly [IDBValidKey, unknown])[]> => {
    const store = database.transaction(name).objectStore(name)
    const [keys, values] = await Promise.all([settled(store.getAllKeys()), settled(store.getAll() as IDBRequest<unknown[]>)])
    return keys.map((key, i) => [key, values[i]] as const)
  }
  const file = async (name: string): Promise<string> => {
    const folder = await navigator.storage.getDirectory()
    const found = await folder.getFileHandle(name).catch(() => null)
    return found === null ? '' : text(await (await found.getFile()).arrayBuffer())
  }
  const header = await settled(indexedDB.open('sotto-header'))
  const headers = (await entries(header, 'headers')).map(([place, bytes]) => [Number(place), text(bytes)] as const)
  header.close()
  const database = await settled(indexedDB.open('sotto-rows'))
  const rows = (await entries(database, 'rows')).map(([name, sealed]) => [text(name), text(sealed)] as const)
  const bodies = (await entries(database, 'bodies')).map(([name, sealed]) => [text(name), text(sealed)] as const)
  const records = (await entries(database, 'headers')).map(([, value]) => {
    const { name, history, sealed } = value as { readonly name: unknown; readonly history: unknown; readonly sealed: unknown }
    return [text(name), text(history), text(sealed)] as const
  })
  database.close()
  return { headers, rows, records, bodies, secrets: await file('sotto-secrets'), keys: await file('sotto-keys') }
}
