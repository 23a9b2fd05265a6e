/** What follows from a file's key: the key that seals its chunks, and the keys of the mailbox at a relay where they lie (PROTOCOL §14). */
import type { Primitives, SigningKeyPair } from '@sotto/crypto/primitives'
import { concat, L, type Label } from '@sotto/wire'

export interface FileKeys {
  /** Seals the chunks. 32 bytes. */
  readonly chunkKey: Uint8Array
  /** A device with the file’s key may read its mailbox, */
  readonly read: SigningKeyPair
  /** and write to it. */
  readonly append: SigningKeyPair
}

const derived = (primitives: Primitives, fileKey: Uint8Array, label: Label): Uint8Array =>
  primitives.hkdfSha256(fileKey, new Uint8Array(0), concat(L(label)), 32)

/** The key that seals the chunks, alone. */
export const chunkKeyOf = (primitives: Primitives, fileKey: Uint8Array): Uint8Array => derived(primitives, fileKey, 'file chunks')

/** `fileKey`: 32 random bytes of this file alone. */
export function fileKeys(primitives: Primitives, fileKey: Uint8Array): FileKeys {
  const derive = (label: Label): Uint8Array => derived(primitives, fileKey, label)
  return {
    chunkKey: chunkKeyOf(primitives, fileKey),
    read: primitives.ed25519.keyPairFromSeed(derive('file read')),
    append: primitives.ed25519.keyPairFromSeed(derive('file append')),
  }
}
