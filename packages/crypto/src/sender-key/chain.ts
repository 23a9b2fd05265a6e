/** The chain of a sender key (PROTOCOL §3): one step forward for each message, and never back. */
import { L } from '@sotto/wire'
import type { Primitives } from '../primitives/primitives.ts'

const MESSAGE = Uint8Array.of(1)
const CHAIN = Uint8Array.of(2)

/** HKDF's salt where there is none (RFC 5869 §2.2). */
const NO_SALT: Uint8Array = new Uint8Array(0)

/** One step: the key of the message at this place, and the chain key of the next. 32 bytes each. */
export const stepChain = (primitives: Primitives, chainKey: Uint8Array): { readonly messageKey: Uint8Array; readonly chainKey: Uint8Array } => ({
  messageKey: primitives.hmacSha256(chainKey, MESSAGE),
  chainKey: primitives.hmacSha256(chainKey, CHAIN),
})

/**
 * Key and nonce under which one group message is sealed, and the commitment to its message key: ChaCha20-Poly1305 alone
 * would let an author make a ciphertext that opens under two keys.
 */
export function messageCipher(primitives: Primitives, messageKey: Uint8Array) {
  const bytes = primitives.hkdfSha256(messageKey, NO_SALT, L('sender key message'), 76)
  return { key: bytes.slice(0, 32), nonce: bytes.slice(32, 44), commitment: bytes.slice(44) }
}
