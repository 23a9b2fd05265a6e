/**
 * One message of a Double Ratchet with header encryption and an ML-KEM step (PROTOCOL §2), and its header before it is
 * sealed.
 */
import { type Decoded, fixedBytes, struct, uint32, uint8, varBytes, versioned, word } from './codec.ts'
import { LIMITS } from './limits.ts'

/**
 * How a session agrees and seals. 2: PQXDH with X25519 and ML-KEM-768, then a Double Ratchet over X25519 with a periodic
 * ML-KEM-768 step, HKDF-SHA-256, XChaCha20-Poly1305 for headers and ChaCha20-Poly1305 for messages. 1 was the same
 * without that step; it was never released and is refused. There is nothing to be pushed down to.
 */
export const PAIRWISE_SUITE = 2

/** ML-KEM-768 (FIPS 203 §8, table 3). */
export const KEM_KEY_BYTES = 1_184
export const KEM_CIPHERTEXT_BYTES = 1_088

/** What of an ML-KEM step travels with a message: nothing, an encapsulation key, or the ciphertext that answers one. */
const kemPartKind = word(['none', 'key', 'ciphertext'])
export type KemPartKind = Decoded<typeof kemPartKind>

/** What the header key seals: 41 bytes. `index` counts the chain's messages from 0. */
export const ratchetHeader = struct({
  ratchetKey: fixedBytes(32),
  previousChainLength: uint32,
  index: uint32,
  kemPart: kemPartKind,
})
export type RatchetHeader = Decoded<typeof ratchetHeader>

/** A random nonce and a tag. */
const SEAL_BYTES = 24 + 16
export const SEALED_RATCHET_HEADER_BYTES = SEAL_BYTES + 41

/** Bytes that a sealed part takes at the head of `sealed`. */
export const SEALED_KEM_PART_BYTES: { readonly [K in KemPartKind]: number } = {
  none: 0,
  key: SEAL_BYTES + KEM_KEY_BYTES,
  ciphertext: SEAL_BYTES + KEM_CIPHERTEXT_BYTES,
}

export const ratchetMessage = versioned(
  1,
  struct({
    suite: uint8,
    sealedHeader: fixedBytes(SEALED_RATCHET_HEADER_BYTES),
    /**
     * The sealed part of an ML-KEM step, where the header says that there is one, and the ciphertext with its tag of 16
     * bytes. An onlooker cannot tell where the one ends, nor whether it is there.
     */
    sealed: varBytes(LIMITS.recordBytes),
  }),
)
export type RatchetMessage = Decoded<typeof ratchetMessage>

/** The two halves of `sealed` as an opened header has them, or `undefined` where it is too short for them. */
export function splitSealed(
  { sealed }: RatchetMessage,
  kind: KemPartKind,
): { readonly sealedKemPart: Uint8Array; readonly ciphertext: Uint8Array } | undefined {
  const length = SEALED_KEM_PART_BYTES[kind]
  return sealed.length < length ? undefined : { sealedKemPart: sealed.slice(0, length), ciphertext: sealed.slice(length) }
}
