/**
 * The code in a browser's page that tests the Dexie adapter there: bundled and served by `plain-page.ts`, called by
 * `storage-conformance.test.ts`. Every call returns JSON.
 */
import { loadPrimitives } from '@sotto/crypto/primitives'
import { createRowCipher, createVault, eraseSecrets, unlockVault } from '@sotto/engine'
import type { ErasableFile, RowCipher, StoragePort, VaultPort, Writes } from '@sotto/engine'
import { CHUNK_CASES, ERASABLE_KEY_CASES, someSecrets, STORAGE_CASES } from '@sotto/engine/conformance'
import { createDexieVault } from '@sotto/storage'
import { concat, LIMITS, toHex, utf8 } from '@sotto/wire'
import { chunksIn } from '../../extension/host/chunk-store.ts'
import { erasableFile } from '../../extension/host/erasable-file.ts'
import { fillOrigin, incompressible } from './fill-origin.ts'
import { dumpDatabases, formsOf } from './raw-databases.ts'

/** What a full disk still takes, MiB. Chromium takes room for a growing file by the MiB, so less of it would be none there. */
const SPARE_MIB = 3

const PASSPHRASE = 'planted passphrase'
const DATA_KEY = Uint8Array.from({ length: 32 }, (_, i) => (i * 37 + 11) % 256)

/** What no dump may show. Each text has the shape of an order that contains a time. */
const PLANTED = {
  rowKey: 'session/planted-row-key',
  rowValue: 'planted row value',
  history: 'messages/planted-log',
  recordId: 'planted-record-id',
  order: '001795212345678-planted-order',
  body: 'planted body',
}

const PLANTED_WRITES: Writes = {
  rows: [{ key: PLANTED.rowKey, value: utf8(PLANTED.rowValue) }],
  histories: [{ history: PLANTED.history, id: PLANTED.recordId, order: PLANTED.order, value: utf8(PLANTED.body) }],
  dropHistories: [],
}

/** Seals nothing and leaves names readable: the control of the search. */
const CLEAR: RowCipher = {
  index: utf8,
  seal: (value) => value,
  open: (sealed) => sealed,
  sealRow: (value) => value,
  openRow: (value) => ({ value, isUnderNewestKey: true }),
  drawKey: () => new Uint8Array(32),
  sealWith: (_key, value) => value,
  openWith: (_key, sealed) => sealed,
  mark: () => new Uint8Array(32),
}

const random = (lengthBytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(lengthBytes))

const fileNamed = (name: string): ErasableFile => erasableFile(name, () => new Worker('/worker.js', { type: 'module' }))

const vaultNamed = async (databaseName: string): Promise<VaultPort> => {
  const primitives = await loadPrimitives()
  const stretch: VaultPort['stretch'] = async (passphrase, salt) => primitives.hmacSha256(salt, passphrase)
  return createDexieVault({
    databaseName,
    stretch,
    secrets: fileNamed(`${databaseName}-secrets`),
    keys: fileNamed(`${databaseName}-keys`),
    chunks: chunksIn(`${databaseName}-chunks`, () => new Worker('/chunk-worker.js', { type: 'module' })),
  })
}

const cipherOf = async (seed: number): Promise<RowCipher> => createRowCipher(await loadPrimitives(), random, new Uint8Array(32).fill(seed), someSecrets())

const openNamed = async (databaseName: string, seed = 1): Promise<StoragePort> => (await vaultNamed(databaseName)).openStorage(await cipherOf(seed))

/** The name of the error that a call rejected with, or null if it did not. */
const rejection = async (call: () => Promise<unknown>): Promise<string | null> => {
  try {
    await call()
    return null
  } catch (error) {
    return error instanceof Error ? error.name : String(error)
  }
}

/** Provided by the driver where the browser counts deleted data until it has cleaned up: grants room beyond that. */
declare const grantRoom: undefined | (() => Promise<void>)

/** Leaves room for less than a MiB. Returns a function that makes room again. */
async function takeRoom(): Promise<() => Promise<void>> {
  const empty = await fillOrigin()
  return async () => {
    await empty()
    if (typeof grantRoom !== 'undefined') await grantRoom()
  }
}

async function runCase(name: string): Promise<null> {
  const found = STORAGE_CASES.find((each) => each.name === name)
  if (found === undefined) throw new Error(`no case ${name}`)
  let makeRoom = async (): Promise<void> => {}
  await found.run({
    open: async () => {
      await makeRoom()
      makeRoom = async () => {}
      return openNamed(name)
    },
    openFull: async () => {
      makeRoom = await takeRoom()
      return openNamed(name)
    },
  })
  await (await vaultNamed(name)).wipe()
  return null
}

async function runKeyCase(name: string): Promise<null> {
  const found = ERASABLE_KEY_CASES.find((each) => each.name === name)
  if (found === undefined) throw new Error(`no case ${name}`)
  let files = 0
  const newFile = async (): Promise<ErasableFile> => {
    const file = fileNamed(`keys-${name.length}-${files++}`)
    await file.remove()
    return file
  }
  await found.run({ newFile, cipher: await cipherOf(1) })
  return null
}

/** Fills the quota up to a few MiB, by files of a store: a database takes more room than it is given, and by no known amount. */
async function fillWithChunks(): Promise<() => Promise<void>> {
  const place = chunksIn('ballast-chunks', () => new Worker('/chunk-worker.js', { type: 'module' }))
  const ballast = await place.open()
  const nameOf = (number: number): string => number.toString(16).padStart(32, '0')
  let files = 0
  while ((await rejection(() => ballast.write(nameOf(files), 0, incompressible(1024 * 1024)))) === null) files++
  for (let i = 1; i <= SPARE_MIB; i++) await ballast.remove(nameOf(files - i))
  await ballast.close()
  return place.remove
}

/** Plays a case of the chunk store. */
async function runChunkCase(name: string): Promise<null> {
  const found = CHUNK_CASES.find((each) => each.name === name)
  if (found === undefined) throw new Error(`no case ${name}`)
  const vault = await vaultNamed(`chunked-${CHUNK_CASES.indexOf(found)}`)
  let makeRoom = async (): Promise<void> => {}
  try {
    await found.run({
      open: async () => {
        await makeRoom()
        makeRoom = async () => {}
        return vault.openChunks()
      },
      openFull: async () => {
        makeRoom = await fillWithChunks()
        return vault.openChunks()
      },
    })
  } finally {
    await makeRoom()
  }
  await vault.wipe()
  return null
}

/** The durability of every readwrite transaction while a vault was created, rows opened and writes committed. */
async function durabilities(): Promise<readonly string[]> {
  const said: string[] = []
  const restore = wrapTransactions((original, names, mode, options) => {
    const transaction = original(names, mode, options)
    if (mode === 'readwrite') said.push(String(transaction.durability))
    return transaction
  })
  const vault = await vaultNamed('durability')
  await vault.write(Uint8Array.of(1))
  const storage = await vault.openStorage(await cipherOf(1))
  await storage.commit(PLANTED_WRITES)
  await storage.commit({ rows: [], histories: [], dropHistories: [PLANTED.history] })
  await vault.wipe()
  restore()
  return said
}

/** What a commit rejects with in a browser that ignores the request for strict durability, and how many rows it left. */
async function commitWithoutStrictness(): Promise<{ readonly rejected: string | null; readonly rows: number }> {
  let ignoresWish = false
  const restore = wrapTransactions((original, names, mode, options) => original(names, mode, ignoresWish ? { durability: 'relaxed' } : options))
  const storage = await openNamed('not-strict')
  ignoresWish = true
  const rejected = await rejection(() => storage.commit(PLANTED_WRITES))
  restore()
  const { size } = await storage.load()
  await storage.close()
  await (await vaultNamed('not-strict')).wipe()
  return { rejected, rows: size }
}

type OpenTransaction = (names: string | string[], mode?: IDBTransactionMode, options?: IDBTransactionOptions) => IDBTransaction

/** Wraps the browser's own `transaction`. Returns a function that undoes that. */
function wrapTransactions(wrapped: (original: OpenTransaction, ...call: Parameters<OpenTransaction>) => IDBTransaction): () => void {
  const own = IDBDatabase.prototype.transaction
  IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...call) {
    return wrapped((...given) => own.apply(this, given), ...(call as Parameters<OpenTransaction>))
  }
  return () => {
    IDBDatabase.prototype.transaction = own
  }
}

/** Names of the planted values that the raw databases show, after a profile was created and written to. */
async function plantedInDump(kind: 'sealed' | 'clear'): Promise<{ readonly found: readonly string[]; readonly values: number }> {
  const port = await vaultNamed('planted')
  const primitives = await loadPrimitives()
  // The first 32 random bytes of a vault are its data key.
  const plantedRandom = (lengthBytes: number) => (lengthBytes === 32 ? DATA_KEY.slice() : random(lengthBytes))
  const made = await createVault({ primitives, random: plantedRandom, port, nowMs: Date.now }, kind === 'sealed' ? PASSPHRASE : null)
  if (made.code !== 'created') throw new Error(made.code)
  const storage = await port.openStorage(kind === 'sealed' ? made.vault.cipher : CLEAR)
  await storage.commit(PLANTED_WRITES)
  const values = await dumpDatabases()
  await storage.close()
  const secrets = { ...Object.fromEntries(Object.entries(PLANTED).map(([name, text]) => [name, utf8(text)])), dataKey: DATA_KEY, passphrase: utf8(PASSPHRASE) }
  const found = Object.entries(secrets).flatMap(([name, bytes]) => (formsOf(bytes).some((form) => values.some((value) => value.includes(form))) ? name : []))
  if (kind === 'sealed') {
    // The searched profile can be opened again.
    const again = await unlockVault({ primitives, random, port, nowMs: Date.now }, PASSPHRASE)
    if (again.code !== 'unlocked') throw new Error(again.code)
    const reopened = await port.openStorage(again.vault.cipher)
    if ((await reopened.load()).size !== 1) throw new Error('the planted row is gone')
    await reopened.close()
  }
  await port.wipe()
  return { found, values: values.length }
}

type Damage = 'other key' | 'row' | 'row name' | 'header' | 'body' | 'body gone' | 'check gone'

/** What opening and reading everything rejects with after the stored bytes were changed. */
async function readDamaged(damage: Damage): Promise<string | null> {
  const databaseName = 'damaged'
  const storage = await openNamed(databaseName)
  await storage.commit(PLANTED_WRITES)
  await storage.close()
  const database = await openRaw(databaseName)
  await damageDatabase(database, damage)
  database.close()
  const rejected = await rejection(async () => {
    const opened = await openNamed(databaseName, damage === 'other key' ? 2 : 1)
    try {
      await opened.load()
      await opened.readHistory({ kind: 'page', history: PLANTED.history, beyond: null, direction: 'older', limit: 9 })
    } finally {
      await opened.close()
    }
  })
  await (await vaultNamed(databaseName)).wipe()
  return rejected
}

/** What loading rejects with while each single row in turn is gone, and while each is what it was a commit before; then, with all as it was. */
async function changeSingleRows(): Promise<{
  readonly gone: readonly (string | null)[]
  readonly older: readonly (string | null)[]
  readonly restored: string | null
}> {
  const databaseName = 'single-rows'
  const storage = await openNamed(databaseName)
  const written = async (round: string): Promise<readonly StoredRow[]> => {
    await storage.commit({ rows: ['a', 'b', 'c'].map((key) => ({ key, value: utf8(key + round) })), histories: [], dropHistories: [] })
    return storedRows(databaseName)
  }
  const before = await written('first')
  const now = await written('second')
  await storage.close()
  const load = (): Promise<string | null> =>
    rejection(async () => {
      const opened = await openNamed(databaseName)
      await opened.load().finally(() => opened.close())
    })
  const whileChanged = async (row: StoredRow, change: (rows: IDBObjectStore) => void): Promise<string | null> => {
    await withRows(databaseName, change)
    const rejected = await load()
    const present = now.find(({ name }) => String(name) === String(row.name)) ?? row
    await withRows(databaseName, (rows) => rows.put(present.sealed, present.name))
    return rejected
  }
  const gone: (string | null)[] = []
  const older: (string | null)[] = []
  for (const row of now) gone.push(await whileChanged(row, (rows) => rows.delete(row.name)))
  for (const row of before) older.push(await whileChanged(row, (rows) => rows.put(row.sealed, row.name)))
  const restored = await load()
  await (await vaultNamed(databaseName)).wipe()
  return { gone, older, restored }
}

interface StoredRow {
  readonly name: Uint8Array<ArrayBuffer>
  readonly sealed: Uint8Array
}

async function storedRows(databaseName: string): Promise<readonly StoredRow[]> {
  let keys: IDBRequest<IDBValidKey[]> | undefined
  let values: IDBRequest<Uint8Array[]> | undefined
  await withRows(databaseName, (rows) => {
    keys = rows.getAllKeys()
    values = rows.getAll()
  })
  return (keys?.result ?? []).map((key, i) => ({ name: new Uint8Array(key as ArrayBuffer), sealed: values?.result[i] ?? new Uint8Array() }))
}

async function withRows(databaseName: string, act: (rows: IDBObjectStore) => void): Promise<void> {
  const database = await openRaw(databaseName)
  const transaction = database.transaction('rows', 'readwrite')
  const done = new Promise<void>((resolve, reject) => {
    transaction.addEventListener('complete', () => resolve())
    transaction.addEventListener('abort', () => reject(transaction.error ?? new Error('not changed')))
  })
  act(transaction.objectStore('rows'))
  await done.finally(() => database.close())
}

const openRaw = (databaseName: string): Promise<IDBDatabase> => openDatabase(`${databaseName}-rows`)

const openDatabase = (name: string, create: (database: IDBDatabase) => void = () => {}): Promise<IDBDatabase> =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open(name)
    request.addEventListener('upgradeneeded', () => create(request.result))
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error ?? new Error('not opened')))
  })

const flipped = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => Uint8Array.from(bytes, (byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte))

function damageDatabase(database: IDBDatabase, damage: Damage): Promise<void> {
  const transaction = database.transaction(['checks', 'rows', 'headers', 'bodies'], 'readwrite')
  const store = (name: string): IDBObjectStore => transaction.objectStore(name)
  const changeFirst = (name: string, change: (cursor: IDBCursorWithValue) => void): void => {
    const request = store(name).openCursor()
    request.addEventListener(
      'success',
      () => {
        if (request.result !== null) change(request.result)
      },
      { once: true },
    )
  }
  switch (damage) {
    case 'other key':
      break
    case 'row':
      changeFirst('rows', (cursor) => cursor.update(flipped(cursor.value)))
      break
    case 'row name':
      changeFirst('rows', (cursor) => {
        store('rows').put(cursor.value, flipped(new Uint8Array(cursor.key as ArrayBuffer)))
        cursor.delete()
      })
      break
    case 'header':
      changeFirst('headers', (cursor) => cursor.update({ ...cursor.value, sealed: flipped(cursor.value.sealed) }))
      break
    case 'body':
      changeFirst('bodies', (cursor) => cursor.update(flipped(cursor.value)))
      break
    case 'body gone':
      store('bodies').clear()
      break
    case 'check gone':
      store('checks').clear()
      break
  }
  return new Promise((resolve, reject) => {
    transaction.addEventListener('complete', () => resolve())
    transaction.addEventListener('abort', () => reject(transaction.error ?? new Error('not damaged')))
  })
}

/** Names of the databases before and after a wipe of a profile whose storage is still open. */
async function wipeProfile(): Promise<{ readonly before: readonly string[]; readonly after: readonly string[] }> {
  const names = async (): Promise<string[]> => (await indexedDB.databases()).flatMap(({ name }) => (name?.startsWith('wiped') === true ? name : [])).sort()
  const vault = await vaultNamed('wiped')
  await vault.write(Uint8Array.of(1, 2, 3))
  const storage = await vault.openStorage(await cipherOf(1))
  await storage.commit(PLANTED_WRITES)
  const before = await names()
  await vault.wipe()
  return { before, after: await names() }
}

/** A row key is replaced a week later: what opens then of a row that was replaced, and what the secrets' file still holds. */
async function rotateRowKey() {
  let nowMs = Date.now()
  const primitives = await loadPrimitives()
  const port = await vaultNamed('rotated')
  const made = await createVault({ primitives, random, port, nowMs: () => nowMs }, null)
  if (made.code !== 'created') throw new Error(made.code)
  const { cipher, rowKeys, forgetKeys } = made.vault
  const storage = await port.openStorage(cipher)
  const put = (key: string, value: string): Promise<void> => storage.commit({ rows: [{ key, value: utf8(value) }], histories: [], dropHistories: [] })
  await put('kept', 'kept before')
  const old = await storedRows('rotated')
  const opens = (opener: RowCipher): boolean => old.some(({ name, sealed }) => opener.openRow(sealed, concat(Uint8Array.of(1), name)) !== undefined)
  const openedBefore = opens(cipher)
  const place = (await port.secrets.read())?.slice(0, 64) ?? new Uint8Array()
  const holdsPlace = async (): Promise<boolean> => toHex((await port.secrets.read()) ?? new Uint8Array()).includes(toHex(place))
  const secretsBefore = await holdsPlace()
  await put('kept', 'kept now')
  nowMs += LIMITS.rowKeyMs
  if (!(await rowKeys.begin())) throw new Error('no new row key')
  const renewed = storage.renewRows()
  await put('later', 'later now')
  if (!(await renewed)) throw new Error('not all rows were sealed again')
  await rowKeys.finish()
  await storage.close()
  forgetKeys()
  // As after the next start, with the passphrase.
  const again = await unlockVault({ primitives, random, port, nowMs: () => nowMs }, null)
  if (again.code !== 'unlocked') throw new Error(again.code)
  const reopened = await port.openStorage(again.vault.cipher)
  const rowsNow = [...(await reopened.load()).values()].map((value) => new TextDecoder().decode(value)).sort()
  await reopened.close()
  const openedAfter = opens(again.vault.cipher)
  const secretsLeft = await holdsPlace()
  await port.wipe()
  return { openedBefore, openedAfter, rowsNow, secretsBefore, secretsLeft }
}

/** What lies in the secrets' file of a profile, after its erasure, and after a wipe. */
async function eraseSecretsFile() {
  const primitives = await loadPrimitives()
  const port = await vaultNamed('erased')
  await createVault({ primitives, random, port, nowMs: Date.now }, null)
  const look = async (): Promise<string> => {
    const bytes = await port.secrets.read()
    if (bytes === undefined) return 'none'
    return bytes.some((byte) => byte !== 0) ? 'secrets' : 'zeros'
  }
  const before = await look()
  await eraseSecrets(port.secrets)
  const erased = await look()
  await port.wipe()
  return { before, erased, removed: await look() }
}

/** Milliseconds of the engine's most frequent work, of opening a long history, and of the reference: a small strict transaction, not sealed. */
async function measure(): Promise<{ readonly [what: string]: number }> {
  const storage = await openNamed('measured')
  const value = random(300)
  const rows = (count: number, offset: number) => Array.from({ length: count }, (_, i) => ({ key: `session/${i + offset}`, value }))
  const histories = (count: number, offset: number) =>
    Array.from({ length: count }, (_, i) => {
      const id = String(1_000_000 + i + offset)
      return { history: 'messages', id, order: id, value }
    })
  const timed = async (run: () => Promise<unknown>): Promise<number> => {
    const start = performance.now()
    await run()
    return Math.round((performance.now() - start) * 10) / 10
  }
  const median = (times: number[]): number => times.sort((a, b) => a - b)[times.length >> 1] ?? 0
  const repeat = async (times: number, run: (i: number) => Promise<unknown>): Promise<number> => {
    const taken: number[] = []
    for (let i = 0; i < times; i++) taken.push(await timed(() => run(i)))
    return median(taken)
  }
  const smallCommit = await repeat(20, (i) => storage.commit({ rows: rows(1, i), histories: histories(1, i), dropHistories: [] }))
  const thousandRows = await repeat(3, (i) => storage.commit({ rows: rows(1_000, i * 1_000), histories: [], dropHistories: [] }))
  // A catch-up of 5,120 events in the loop's slices: a record each, and the few rows that a slice changes.
  const slice = await repeat(20, (i) => storage.commit({ rows: rows(8, 0), histories: histories(256, i * 256), dropHistories: [] }))
  await storage.close()
  const reopened = await openNamed('measured')
  const load = await timed(() => reopened.load())
  const page = { kind: 'page', history: 'messages', beyond: null, direction: 'older', limit: 50 } as const
  const firstPage = await timed(() => reopened.readHistory(page))
  const nextPage = await repeat(5, () => reopened.readHistory(page))
  await reopened.close()
  await (await vaultNamed('measured')).wipe()
  const raw = await openDatabase('reference', (database) => database.createObjectStore('rows'))
  const strictTransaction = await repeat(20, (i) => putStrictly(raw, i, value))
  raw.close()
  indexedDB.deleteDatabase('reference')
  return { strictTransaction, smallCommit, thousandRows, sliceOf256Events: slice, load3000Rows: load, firstPageOf5120: firstPage, nextPage }
}

const putStrictly = (database: IDBDatabase, key: number, value: Uint8Array): Promise<void> =>
  new Promise((resolve, reject) => {
    const transaction = database.transaction('rows', 'readwrite', { durability: 'strict' })
    transaction.objectStore('rows').put(value, key)
    transaction.addEventListener('complete', () => resolve())
    transaction.addEventListener('abort', () => reject(transaction.error ?? new Error('not put')))
  })

/** Whether the vault's header also rejects with `StorageFull` when there is no room, and the previous one is kept. */
async function writeHeaderWhenFull(): Promise<{ readonly rejected: string | null; readonly kept: number }> {
  const vault = await vaultNamed('full-header')
  await vault.write(Uint8Array.of(7))
  const makeRoom = await takeRoom()
  const header = incompressible(8 * 1024 * 1024)
  const rejected = await rejection(() => vault.write(header))
  await makeRoom()
  const kept = (await vault.read())?.[0] ?? -1
  await vault.wipe()
  return { rejected, kept }
}

const calls = {
  runCase,
  runKeyCase,
  runChunkCase,
  durabilities,
  commitWithoutStrictness,
  plantedInDump,
  changeSingleRows,
  readDamaged,
  wipeProfile,
  rotateRowKey,
  eraseSecretsFile,
  writeHeaderWhenFull,
  measure,
}

/** The calls that the page offers its driver. */
export type StoragePage = typeof calls

Object.assign(globalThis, { storagePage: calls })
