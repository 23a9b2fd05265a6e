/**
 * A chunk as it lies at a relay (PROTOCOL §14.34): number (4 bytes, big-endian) ‖ ChaCha20-Poly1305 of the chunk, its proof, and zeros up to the
 * ladder, under a key of this file at this relay, with the number as nonce. So the relay sees neither the sealed chunk nor the hashes that lead
 * to the root, and two relays see different bytes. One number has one content, so that what is left twice is the same record.
 */
import type { Primitives } from '@sotto/crypto/primitives'
import { concat, ladderLength } from '@sotto/wire'
import { type FileLayout } from './layout.ts'
import { readRecord, recordPlace } from './stored-record.ts'

const NUMBER_BYTES = 4
const TAG_BYTES = 16
const NOTHING = new Uint8Array(0)

/** How long a chunk's record is: on the ladder. */
const relayRecordBytes = (layout: FileLayout, index: number): number => ladderLength(NUMBER_BYTES + TAG_BYTES + recordPlace(layout, index).length)

/** How long all of a file's records are together, bytes. */
export function relayBytes(layout: FileLayout): number {
  let sum = 0
  for (let index = 0; index < layout.chunks; index++) sum += relayRecordBytes(layout, index)
  return sum
}

const nonceOf = (number: Uint8Array): Uint8Array => concat(new Uint8Array(8), number)

/** Seals a chunk with its proof, as they lie in the store. Throws for a chunk that the file does not have. */
export function sealRelayRecord(primitives: Primitives, recordKey: Uint8Array, layout: FileLayout, index: number, stored: Uint8Array): Uint8Array {
  const number = new Uint8Array(NUMBER_BYTES)
  new DataView(number.buffer).setUint32(0, index)
  const padded = new Uint8Array(relayRecordBytes(layout, index) - NUMBER_BYTES - TAG_BYTES)
  padded.set(stored)
  return concat(number, primitives.chacha20Poly1305.seal(recordKey, nonceOf(number), padded, NOTHING))
}

/**
 * What lies in a record; `undefined` for one of another file or relay, of another length, or a damaged one. That the chunk is one of the file
 * only its proof says.
 */
export function openRelayRecord(
  primitives: Primitives,
  recordKey: Uint8Array,
  layout: FileLayout,
  record: Uint8Array,
): { readonly chunk: number; readonly sealed: Uint8Array; readonly proof: readonly Uint8Array[] } | undefined {
  if (record.length < NUMBER_BYTES) return undefined
  const number = record.slice(0, NUMBER_BYTES)
  const chunk = new DataView(number.buffer).getUint32(0)
  if (chunk >= layout.chunks || record.length !== relayRecordBytes(layout, chunk)) return undefined
  const padded = primitives.chacha20Poly1305.open(recordKey, nonceOf(number), record.slice(NUMBER_BYTES), NOTHING)
  const { length } = recordPlace(layout, chunk)
  if (padded === undefined || padded.subarray(length).some((byte) => byte !== 0)) return undefined
  const read = readRecord(layout, chunk, padded.slice(0, length))
  return read === undefined ? undefined : { chunk, ...read }
}
