/**
 * Sealing and opening the chunks of a file: STREAM (Hoang, Reyhanitabar, Rogaway, Vizár, "Online Authenticated-Encryption and its
 * Nonce-Reuse Misuse-Resistance", 2015), as age uses it (age-encryption.org/v1, "Payload"): ChaCha20-Poly1305 under a key of the file
 * alone, whose nonce is the chunk's number (11 bytes, big-endian) and a flag for the last chunk (1 byte). So chunks can be opened in
 * any order, and one that is moved, taken from elsewhere or made the last does not open.
 *
 * One key seals one content: sealing another under the same key would give two contents to one nonce. So a file is sealed once, and
 * what changed since has a key of its own.
 */
import type { Primitives } from '@sotto/crypto/primitives'
import { chunkPlace, type ChunkPlace, type FileLayout } from './layout.ts'

/** Bytes of a file's key, which is random and of this file alone. */
export const FILE_KEY_BYTES = 32

const NOTHING = new Uint8Array(0)

function nonceOf(index: number, isLast: boolean): Uint8Array {
  const nonce = new Uint8Array(12)
  new DataView(nonce.buffer).setUint32(7, index)
  nonce[11] = isLast ? 1 : 0
  return nonce
}

function placeIn(layout: FileLayout, index: number): ChunkPlace {
  const place = chunkPlace(layout, index)
  if (place === undefined) throw new RangeError(`chunk ${index} of ${layout.chunks}`)
  return place
}

/**
 * Seals chunk `index`. `bytes` are exactly the file's bytes in it (`chunkPlace`); throws where they are more or fewer.
 * `chunkKey`: 32 bytes (`fileKeys`).
 */
export function sealChunk(primitives: Primitives, chunkKey: Uint8Array, layout: FileLayout, index: number, bytes: Uint8Array): Uint8Array {
  const { isLast, sealedBytes, fileBytes } = placeIn(layout, index)
  if (bytes.length !== fileBytes) throw new RangeError(`chunk ${index} has ${fileBytes} bytes of the file, not ${bytes.length}`)
  return primitives.chacha20Poly1305.seal(chunkKey, nonceOf(index, isLast), paddedTo(sealedBytes - 16, bytes), NOTHING)
}

/** With zeros behind the bytes. A full chunk, as most are, is not copied. */
function paddedTo(length: number, bytes: Uint8Array): Uint8Array {
  if (bytes.length === length) return bytes
  const padded = new Uint8Array(length)
  padded.set(bytes)
  return padded
}

/** The file's bytes in chunk `index`; `undefined` if this is not that chunk, is damaged, or has something behind the file's end. */
export function openChunk(primitives: Primitives, chunkKey: Uint8Array, layout: FileLayout, index: number, sealed: Uint8Array): Uint8Array | undefined {
  const { isLast, sealedBytes, fileBytes } = placeIn(layout, index)
  if (sealed.length !== sealedBytes) return undefined
  const padded = primitives.chacha20Poly1305.open(chunkKey, nonceOf(index, isLast), sealed, NOTHING)
  if (padded === undefined) return undefined
  if (padded.length === fileBytes) return padded
  // Authors could else hide bytes there that no page shows.
  if (padded.subarray(fileBytes).some((byte) => byte !== 0)) return undefined
  return padded.slice(0, fileBytes)
}
