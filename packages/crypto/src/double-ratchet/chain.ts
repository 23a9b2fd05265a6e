/** One symmetric chain: a key for each message, and none leads to an earlier one (Double Ratchet §2.2, §7.2). */
import { concat, fixedBytes, struct, uint32 } from '@sotto/wire'
import { deriveSingleUse } from '../derive-key.ts'
import type { Primitives } from '../primitives/primitives.ts'

export interface Chain {
  /** Makes the key of message `index`. 32 bytes. */
  readonly chainKey: Uint8Array
  /** Seals the headers of this chain. 32 bytes. */
  readonly headerKey: Uint8Array
  /** Messages before the next one. */
  readonly index: number
}

export const chainCodec = struct({ chainKey: fixedBytes(32), headerKey: fixedBytes(32), index: uint32 })

const MESSAGE_KEY = Uint8Array.of(1)
const NEXT_CHAIN_KEY = Uint8Array.of(2)

/** KDF_CK: the key of the next message (32 bytes) and the chain after it. */
export function stepChain(primitives: Primitives, chain: Chain): { readonly messageKey: Uint8Array; readonly chain: Chain } {
  return {
    messageKey: primitives.hmacSha256(chain.chainKey, MESSAGE_KEY),
    chain: {
      chainKey: primitives.hmacSha256(chain.chainKey, NEXT_CHAIN_KEY),
      headerKey: chain.headerKey,
      index: chain.index + 1,
    },
  }
}

/** Seals one message under its own key; adds a tag of 16 bytes. `sealedHeader`, with what is beside it, is bound to it. */
export function sealMessage(
  primitives: Primitives,
  messageKey: Uint8Array,
  plaintext: Uint8Array,
  associatedData: Uint8Array,
  sealedHeader: Uint8Array,
): Uint8Array {
  const { key, nonce } = deriveSingleUse(primitives, messageKey, 'ratchet message')
  return primitives.chacha20Poly1305.seal(key, nonce, plaintext, concat(associatedData, sealedHeader))
}

/** The plaintext, or `undefined` where anything of message, header or associated data was changed. */
export function openMessage(
  primitives: Primitives,
  messageKey: Uint8Array,
  ciphertext: Uint8Array,
  associatedData: Uint8Array,
  sealedHeader: Uint8Array,
): Uint8Array | undefined {
  const { key, nonce } = deriveSingleUse(primitives, messageKey, 'ratchet message')
  return primitives.chacha20Poly1305.open(key, nonce, ciphertext, concat(associatedData, sealedHeader))
}
