/**
 * The stored format, the same in every adapter (PROTOCOL §13.35): each row, record header and record body is sealed for its own place,
 * under keyed hashes of its names. A person with the disk and without the key sees how many there are, how long they
 * are, and which records share a history.
 *
 * Rows that were deleted or replaced by older ones are noticed (`row-sum.ts`). A whole older copy is not, which takes a
 * counter outside the disk, nor is a record of a history.
 */
import type { ErasableKeys, HistoryPlace, HistoryRecord, HistoryWrite, RowCipher } from '@sotto/engine'
import { StorageDamaged } from '@sotto/engine'
import { concat, decode, encode, fixedBytes, struct, text, varBytes } from '@sotto/wire'

/** A stored row: 32 bytes that name it, and its name and value sealed. */
export interface SealedRow {
  readonly name: Uint8Array
  readonly sealed: Uint8Array
}

/** A record's place, sealed, under 32 bytes that name it and 32 that name its history. Its body is stored apart. */
export interface SealedHeader {
  readonly name: Uint8Array
  readonly history: Uint8Array
  readonly sealed: Uint8Array
}

/** Limit of one value or name in bytes: the largest 32-bit length. */
const MOST_BYTES = 2 ** 32 - 1

const rowContents = struct({ key: text(MOST_BYTES), value: varBytes(MOST_BYTES) })
const headerContents = struct({ id: text(MOST_BYTES), order: text(MOST_BYTES) })

/** Separates the places of one cipher: the first byte of every context. */
const PLACE = { row: 1, header: 2, body: 3, check: 4, keyedBody: 5 } as const

const contextOf = (place: number, ...names: readonly Uint8Array[]): Uint8Array => concat(Uint8Array.of(place), ...names)

/** The stored name of a row. */
export const rowName = (cipher: RowCipher, key: string): Uint8Array => cipher.index(`row ${key}`)

/** The stored name of a history. */
export const historyName = (cipher: RowCipher, history: string): Uint8Array => cipher.index(`log ${history}`)

/** The stored name of a record. The length separates history and id. */
export const recordName = (cipher: RowCipher, history: string, id: string): Uint8Array => cipher.index(`record ${history.length} ${history}${id}`)

export function sealRow(cipher: RowCipher, key: string, value: Uint8Array): SealedRow {
  const name = rowName(cipher, key)
  return { name, sealed: cipher.sealRow(encode(rowContents, { key, value }), contextOf(PLACE.row, name)) }
}

/** Throws `StorageDamaged` if the row is not what was sealed at its place. */
export function openRow(cipher: RowCipher, { name, sealed }: SealedRow): readonly [key: string, value: Uint8Array] {
  const row = decode(rowContents, unseal(cipher, { name, sealed }).value)
  if (row === undefined) throw new StorageDamaged('a stored row cannot be opened')
  return [row.key, row.value]
}

/** The row under the newest row key, or `undefined` if it is already. Throws `StorageDamaged` as `openRow`. */
export function renewedRow(cipher: RowCipher, { name, sealed }: SealedRow): SealedRow | undefined {
  const { value, isUnderNewestKey } = unseal(cipher, { name, sealed })
  return isUnderNewestKey ? undefined : { name, sealed: cipher.sealRow(value, contextOf(PLACE.row, name)) }
}

function unseal(cipher: RowCipher, { name, sealed }: SealedRow): NonNullable<ReturnType<RowCipher['openRow']>> {
  const opened = cipher.openRow(sealed, contextOf(PLACE.row, name))
  if (opened === undefined) throw new StorageDamaged('a stored row cannot be opened')
  return opened
}

export function sealHeader(cipher: RowCipher, history: Uint8Array, name: Uint8Array, { id, order }: HistoryWrite): SealedHeader {
  return { name, history, sealed: cipher.seal(encode(headerContents, { id, order }), contextOf(PLACE.header, history, name)) }
}

/** Throws `StorageDamaged` if the header is not what was sealed at its place. */
export function openHeader(cipher: RowCipher, { name, history, sealed }: SealedHeader): HistoryPlace {
  const opened = cipher.open(sealed, contextOf(PLACE.header, history, name))
  const place = opened === undefined ? undefined : decode(headerContents, opened)
  if (place === undefined) throw new StorageDamaged('the header of a stored record cannot be opened')
  return place
}

/** `under`: the key of its own that it is sealed under first. */
export function sealBody(cipher: RowCipher, name: Uint8Array, value: Uint8Array, under?: { readonly tag: Uint8Array; readonly key: Uint8Array }): Uint8Array {
  if (under === undefined) return cipher.seal(value, contextOf(PLACE.body, name))
  const context = contextOf(PLACE.keyedBody, name)
  return cipher.seal(encode(keyedBody, { tag: under.tag, sealed: cipher.sealWith(under.key, value, context) }), context)
}

const keyedBody = struct({ tag: fixedBytes<Uint8Array>(16), sealed: varBytes(MOST_BYTES) })

/** `undefined`: its key was erased. Throws `StorageDamaged` if the body is missing or not what was sealed at its place. */
export function openBody(
  cipher: RowCipher,
  keys: Pick<ErasableKeys, 'findByTag'>,
  name: Uint8Array,
  place: HistoryPlace,
  sealed: Uint8Array | undefined,
): HistoryRecord | undefined {
  const value = sealed === undefined ? undefined : cipher.open(sealed, contextOf(PLACE.body, name))
  if (value !== undefined) return { ...place, value }
  const context = contextOf(PLACE.keyedBody, name)
  const opened = sealed === undefined ? undefined : cipher.open(sealed, context)
  const keyed = opened === undefined ? undefined : decode(keyedBody, opened)
  if (keyed === undefined) throw new StorageDamaged('the body of a stored record cannot be opened')
  const key = keys.findByTag(keyed.tag)
  if (key === undefined) return undefined
  const inner = cipher.openWith(key, keyed.sealed, context)
  if (inner === undefined) throw new StorageDamaged('the body of a stored record cannot be opened')
  return { ...place, value: inner }
}

/** A value that only the right cipher opens: written into an empty storage, checked against the cipher from then on. */
export const sealCheck = (cipher: RowCipher): Uint8Array => cipher.seal(new Uint8Array(), contextOf(PLACE.check))

/** Throws `StorageDamaged` if another cipher sealed the rows. */
export function assertCheckOpens(cipher: RowCipher, check: Uint8Array): void {
  if (cipher.open(check, contextOf(PLACE.check)) === undefined) {
    throw new StorageDamaged('the rows were sealed under another key')
  }
}
