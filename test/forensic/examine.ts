/**
 * What a person finds who has a profile's passphrase, every byte of its folder, and copies of its database that were taken earlier: as if
 * the disk had kept everything that was ever written to it but the two files that are overwritten in place.
 */
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { resentMessage, type SearchBlock, SEARCH_BLOCK } from '@sotto/core/inside'
import { openResent } from '@sotto/crypto'
import { loadPrimitives, type Primitives } from '@sotto/crypto/primitives'
import { type ErasableKeys, openErasableKeys, type RowCipher, unlockVault } from '@sotto/engine'
import { createFileVault } from '@sotto/storage/node'
import { concat, decode, L, utf8 } from '@sotto/wire'
import { openBody, openHeader, openRow, type SealedHeader, type SealedRow } from '../../packages/storage/src/sealed-format.ts'
import { makeTemporaryFolder } from '../fixtures/temporary-folder.ts'

export interface Evidence {
  readonly folder: string
  readonly passphrase: string
  /** Copies of the folder from earlier: of each only the database is looked at. */
  readonly images: readonly string[]
  /** What is looked for. */
  readonly texts: readonly string[]
}

/** How many of the texts were found, by where. */
export interface Found {
  /** In the bytes of any file, as UTF-8 or UTF-16. */
  readonly plain: number
  /** In records of the history: messages and edits. */
  readonly records: number
  /** In envelopes that open with what is kept to send them again. */
  readonly resends: number
  /** In rows: lists, what waits, what is being written. */
  readonly rows: number
  /** In blocks of the index of words. */
  readonly index: number
  /** In any of these. */
  readonly any: number
  /** Rows of earlier copies that open at all: keys of sessions and senders are among them. */
  readonly earlierRows: number
}

interface StoredRecord {
  readonly header: SealedHeader
  readonly body: Uint8Array
}

/** Looks everywhere. The folder is not changed. */
export async function examine({ folder, passphrase, images, texts }: Evidence): Promise<Found> {
  const primitives = await loadPrimitives()
  const copy = makeTemporaryFolder('evidence')
  try {
    const final = join(copy.path, 'final')
    cpSync(folder, final, { recursive: true })
    const { cipher, keys } = await openFolder(primitives, final, passphrase)
    const copied = images.map((image, i) => {
      const to = join(copy.path, `image-${i}`)
      cpSync(image, to, { recursive: true })
      return to
    })
    const rows = new Map<string, Uint8Array>()
    let earlierRows = 0
    const records: { readonly id: string; readonly name: Uint8Array; readonly value: Uint8Array }[] = []
    for (const each of [...copied, final]) {
      for (const row of rowsIn(each)) {
        const opened = attempt(() => openRow(cipher, row))
        if (opened === undefined) continue
        if (each !== final) earlierRows++
        rows.set(`${each} ${opened[0]}`, opened[1])
      }
      for (const { header, body } of recordsIn(each)) {
        const record = attempt(() => openBody(cipher, keys, header.name, openHeader(cipher, header), body))
        if (record !== undefined) records.push({ id: record.id, name: header.name, value: record.value })
      }
    }
    const blockKeys = [...rows].flatMap(([key, value]) => (key.includes(` ${SEARCH_BLOCK.name}/`) ? (decodedBlock(value)?.key ?? []) : []))
    const count = (values: readonly Uint8Array[]): ReadonlySet<string> => found(texts, values)
    const layers = {
      plain: count(filesIn(final)),
      records: count(records.map(({ value }) => value)),
      resends: count(records.flatMap(({ id, value }) => openedEnvelope(primitives, id, value) ?? [])),
      rows: count([...rows.values()]),
      index: count(records.flatMap(({ id, value }) => blockKeys.flatMap((key) => openedBlock(primitives, key, id, value) ?? []))),
    }
    const any = new Set(Object.values(layers).flatMap((each) => [...each]))
    return {
      plain: layers.plain.size,
      records: layers.records.size,
      resends: layers.resends.size,
      rows: layers.rows.size,
      index: layers.index.size,
      any: any.size,
      earlierRows,
    }
  } finally {
    copy.remove()
  }
}

async function openFolder(primitives: Primitives, folder: string, passphrase: string): Promise<{ readonly cipher: RowCipher; readonly keys: ErasableKeys }> {
  const port = createFileVault({ folder, stretch: async (word, salt, cost) => primitives.argon2id(word, salt, cost, 32) })
  const random = (lengthBytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(lengthBytes))
  const unlocked = await unlockVault({ primitives, random, port, nowMs: Date.now }, passphrase)
  if (unlocked.code !== 'unlocked') throw new Error(`the profile does not open: ${unlocked.code}`)
  return { cipher: unlocked.vault.cipher, keys: await openErasableKeys(port.keys, unlocked.vault.cipher) }
}

const reading = <T>(folder: string, read: (database: DatabaseSync) => T): T => {
  const database = new DatabaseSync(join(folder, 'rows.sqlite'))
  try {
    return read(database)
  } finally {
    database.close()
  }
}

const rowsIn = (folder: string): readonly SealedRow[] =>
  reading(folder, (database) => database.prepare('SELECT name, sealed FROM rows').all() as unknown as SealedRow[])

const recordsIn = (folder: string): readonly StoredRecord[] =>
  reading(folder, (database) =>
    (
      database
        .prepare('SELECT headers.name AS name, history, headers.sealed AS sealed, bodies.sealed AS body FROM headers JOIN bodies ON headers.name = bodies.name')
        .all() as unknown as (SealedHeader & { readonly body: Uint8Array })[]
    ).map(({ body, ...header }) => ({ header, body })),
  )

function filesIn(folder: string): readonly Uint8Array[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    const path = join(entry.parentPath, entry.name)
    return entry.isFile() && existsSync(path) ? [new Uint8Array(readFileSync(path))] : []
  })
}

/** What a record that is kept to be sent again holds, if the record is one. Its id says the key's number and the message's. */
function openedEnvelope(primitives: Primitives, id: string, value: Uint8Array): Uint8Array | undefined {
  const resent = decode(resentMessage, value)
  const [, keyId = '', iteration = ''] = id.split('/')
  return resent === undefined ? undefined : openResent(primitives, resent.envelope, resent, { keyId: Number(keyId), iteration: Number(iteration) })
}

const decodedBlock = (value: Uint8Array): SearchBlock | undefined => (SEARCH_BLOCK.codec === null ? undefined : decode(SEARCH_BLOCK.codec, value))

/** A record of a block of the index, under the block's key: the id ends with which part it is and its page (PROTOCOL 9.17). */
function openedBlock(primitives: Primitives, key: Uint8Array, id: string, sealed: Uint8Array): Uint8Array | undefined {
  const [part = '', page = ''] = id.split('/').slice(-2)
  const number = ['', 'log', 'terms', 'docs'].indexOf(part)
  if (number < 1) return undefined
  const nonce = new Uint8Array(24)
  new DataView(nonce.buffer).setUint32(0, Number(page))
  nonce[4] = number
  return primitives.xchacha20Poly1305.open(key, nonce, sealed, concat(L('search record'), utf8(id)))
}

/** Which of the texts occur in any of these bytes. */
function found(texts: readonly string[], values: readonly Uint8Array[]): ReadonlySet<string> {
  const buffers = values.map((value) => Buffer.from(value.buffer, value.byteOffset, value.byteLength))
  return new Set(texts.filter((text) => buffers.some((bytes) => bytes.includes(text, 0, 'utf8') || bytes.includes(text, 0, 'utf16le'))))
}

function attempt<T>(open: () => T): T | undefined {
  try {
    return open()
  } catch {
    return undefined
  }
}
