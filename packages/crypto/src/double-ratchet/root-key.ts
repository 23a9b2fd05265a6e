import { concat, L } from '@sotto/wire'
import type { Primitives } from '../primitives/primitives.ts'
import type { KemSecret } from './kem-step.ts'

/** What one step of the ratchet yields, 32 bytes each. */
export interface RootStep {
  readonly rootKey: Uint8Array
  readonly chainKey: Uint8Array
  readonly nextHeaderKey: Uint8Array
}

/**
 * KDF_RK_HE (Double Ratchet §4.3): mixes a fresh Diffie-Hellman secret into the root key, and that of an ML-KEM step where
 * one joins it. What comes out is unknown to a party that lacks either (PROTOCOL §2).
 */
export function stepRootKey(primitives: Primitives, rootKey: Uint8Array, dhSecret: Uint8Array, kem: KemSecret | null): RootStep {
  const bytes =
    kem === null
      ? primitives.hkdfSha256(dhSecret, rootKey, L('ratchet root'), 96)
      : primitives.hkdfSha256(concat(dhSecret, kem.sharedSecret), rootKey, concat(L('ratchet kem root'), kem.transcript), 96)
  return { rootKey: bytes.slice(0, 32), chainKey: bytes.slice(32, 64), nextHeaderKey: bytes.slice(64) }
}
