/**
 * One message of a Double Ratchet with header encryption (PROTOCOL §2), and its header before it is sealed.
 */
import { type Decoded, fixedBytes, struct, uint32, uint8, varBytes, versioned } from './codec.ts'
import { LIMITS } from './limits.ts'

/**
 * How a session agrees and seals. 1: PQXDH with X25519 and ML-KEM-768, then a Double Ratchet over X25519 with
 * HKDF-SHA-256, XChaCha20-Poly1305 for headers and ChaCha20-Poly1305 for messages. 2 is kept for the same with the
 * periodic ML-KEM-768 step. There is nothing older to be pushed down to.
 */
export const PAIRWISE_SUITE = 1

/** What the header key seals: 40 bytes. `index` counts the chain's messages from 0. */
export const ratchetHeader = struct({ ratchetKey: fixedBytes(32), previousChainLength: uint32, index: uint32 })
export type RatchetHeader = Decoded<typeof ratchetHeader>

/** A random nonce, the header, a tag: 24 + 40 + 16 bytes. */
export const SEALED_RATCHET_HEADER_BYTES = 80

export const ratchetMessage = versioned(
  1,
  struct({
    suite: uint8,
    sealedHeader: fixedBytes(SEALED_RATCHET_HEADER_BYTES),
    /** With its tag of 16 bytes. */
    ciphertext: varBytes(LIMITS.recordBytes),
  }),
)
export type RatchetMessage = Decoded<typeof ratchetMessage>
