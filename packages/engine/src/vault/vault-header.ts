/**
 * What a profile stores in the clear: how its data key is protected (PROTOCOL §9).
 *
 * A checksum tells a damaged header from a wrong passphrase. It protects against accidents, not attacks: a person who
 * changes a header on purpose can only make it unusable.
 */
import type { Primitives } from '@sotto/crypto/primitives'
import { concat, decode, encode, equalBytes, fixedBytes, LIMITS, struct, uint32, uint8, union, versioned, where } from '@sotto/wire'
import type { Decoded } from '@sotto/wire'

/** The one suite so far: Argon2id, HKDF-SHA-256, XChaCha20-Poly1305. */
const SUITE = 1
const VERSION = 1
const CHECKSUM_BYTES = 8

const cost = where(
  struct({ memoryKib: uint32, passes: uint8 }),
  ({ memoryKib, passes }) => memoryKib >= 8 && memoryKib <= LIMITS.argon2MostMemoryKib && passes >= 1 && passes <= LIMITS.argon2MostPasses,
)

const vaultHeader = versioned(
  VERSION,
  versioned(
    SUITE,
    union({
      /** The person chose no passphrase: the 32-byte data key unprotected. */
      unprotected: [0, struct({ dataKey: fixedBytes<Uint8Array>(32) })],
      /** The data key and its tag, under a key stretched from the passphrase. */
      protected: [1, struct({ salt: fixedBytes<Uint8Array>(16), cost, nonce: fixedBytes<Uint8Array>(24), wrappedDataKey: fixedBytes<Uint8Array>(48) })],
    }),
  ),
)

export type VaultHeader = Decoded<typeof vaultHeader>

/** The header's bytes, checksum at the end. */
export function encodeVaultHeader(primitives: Primitives, header: VaultHeader): Uint8Array {
  const body = encode(vaultHeader, header)
  return concat(body, primitives.sha256(body).subarray(0, CHECKSUM_BYTES))
}

/** Damaged, or intact and of a version that this one does not know. */
export type UnreadableHeader = { readonly kind: 'storageDamaged' | 'storageNewer' }

export function decodeVaultHeader(primitives: Primitives, bytes: Uint8Array): VaultHeader | UnreadableHeader {
  if (bytes.length < CHECKSUM_BYTES) return { kind: 'storageDamaged' }
  const body = bytes.subarray(0, bytes.length - CHECKSUM_BYTES)
  const checksum = primitives.sha256(body).subarray(0, CHECKSUM_BYTES)
  if (!equalBytes(checksum, bytes.subarray(body.length))) return { kind: 'storageDamaged' }
  return decode(vaultHeader, body) ?? { kind: isNewer(body) ? 'storageNewer' : 'storageDamaged' }
}

const isNewer = ([version = 0, suite = 0]: Uint8Array): boolean => version > VERSION || (version === VERSION && suite > SUITE)
