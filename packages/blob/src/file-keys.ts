/** What follows from a file's key: the key that seals its chunks, and the keys of its mailbox at a relay where they lie for a while (PROTOCOL §14). */
import type { Primitives } from '@sotto/crypto/primitives'
import { concat, L, type Label, utf8 } from '@sotto/wire'

const NOTHING = new Uint8Array(0)

const derived = (primitives: Primitives, fileKey: Uint8Array, label: Label, context: Uint8Array = NOTHING): Uint8Array =>
  primitives.hkdfSha256(fileKey, NOTHING, concat(L(label), context), 32)

/** The key that seals the chunks, alone. `fileKey`: 32 random bytes of this file alone. */
export const chunkKeyOf = (primitives: Primitives, fileKey: Uint8Array): Uint8Array => derived(primitives, fileKey, 'file chunks')

/** What a device that knows a file has of its mailbox at one relay. 32 bytes each. */
export interface FileMailbox {
  /** Ed25519 seed of the right to read there, */
  readonly readSeed: Uint8Array
  /** and of the right to write there, and to drop it. */
  readonly appendSeed: Uint8Array
  /** Seals what is left there, so that no two relays see the same bytes. */
  readonly recordKey: Uint8Array
}

/** `relay`: the text that names it, the same for every member. */
export const fileMailbox = (primitives: Primitives, fileKey: Uint8Array, relay: string): FileMailbox => ({
  readSeed: derived(primitives, fileKey, 'file read', utf8(relay)),
  appendSeed: derived(primitives, fileKey, 'file append', utf8(relay)),
  recordKey: derived(primitives, fileKey, 'file record', utf8(relay)),
})
