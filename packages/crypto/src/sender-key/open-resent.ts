/** A message that its author sends once more in private: its envelope, and the single-use key that opens it (PROTOCOL §3). */
import { decodeGroupEnvelope, encode, type EnvelopeHeader, envelopeHeader, equalBytes, groupEnvelopeAd, unpad } from '@sotto/wire'
import type { Primitives } from '../primitives/primitives.ts'
import { messageCipher } from './chain.ts'

/** What opens one envelope and nothing else. */
export interface MessageOpening {
  /** 32 bytes. */
  readonly messageKey: Uint8Array
  /** Hash of the sender key's context, 32 bytes. */
  readonly contextHash: Uint8Array
  /** Names the sender in the epoch, 4 bytes. */
  readonly senderTag: Uint8Array
}

/**
 * Opens an envelope with its message key. Its commitment lets one key open it and no other, so that all who are given a key
 * for it see the same. `undefined`: the key is another's, or the header is not the one that was sealed.
 * Who sealed it is not proved by this.
 */
export function openResent(
  primitives: Primitives,
  bytes: Uint8Array,
  opening: MessageOpening,
  place: Omit<EnvelopeHeader, 'senderTag'>,
): Uint8Array | undefined {
  const envelope = decodeGroupEnvelope(bytes)
  if (envelope === undefined) return undefined
  const cipher = messageCipher(primitives, opening.messageKey)
  if (!equalBytes(cipher.commitment, envelope.commitment)) return undefined
  const header = encode(envelopeHeader, { senderTag: opening.senderTag, keyId: place.keyId, iteration: place.iteration })
  const ad = groupEnvelopeAd(opening.contextHash, header, envelope.commitment)
  const padded = primitives.chacha20Poly1305.open(cipher.key, cipher.nonce, envelope.ciphertext, ad)
  return padded === undefined ? undefined : unpad(padded)
}
