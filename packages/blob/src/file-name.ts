/** How members speak of a file without saying which it is (PROTOCOL §14.9): both follow from its key, which only those have who read the message. */
import type { Primitives } from '@sotto/crypto/primitives'
import { concat, L } from '@sotto/wire'

/** Bytes of a file's name among members. */
export const FILE_NAME_BYTES = 16

/** The file's name among members: it tells nothing to who does not know the file. */
export const nameOfFile = (primitives: Primitives, fileKey: Uint8Array): Uint8Array =>
  primitives.hkdfSha256(fileKey, new Uint8Array(0), concat(L('file name')), FILE_NAME_BYTES)

/** What proves on one connection, to one end of it, that the other knows the file. The nonces are those of the connection, 32 bytes each. */
export function possessionProof(primitives: Primitives, fileKey: Uint8Array, askerNonce: Uint8Array, answererNonce: Uint8Array): Uint8Array {
  const key = primitives.hkdfSha256(fileKey, new Uint8Array(0), concat(L('file possession')), 32)
  return primitives.hmacSha256(key, askerNonce, answererNonce)
}
