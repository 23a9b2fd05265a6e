import { L } from '@sotto/wire'
import type { Primitives } from '../primitives/primitives.ts'

/** What one Diffie-Hellman step of the ratchet gives, 32 bytes each. */
export interface RootStep {
  readonly rootKey: Uint8Array
  readonly chainKey: Uint8Array
  readonly nextHeaderKey: Uint8Array
}

/** KDF_RK_HE (Double Ratchet §4.3): mixes a fresh shared secret into the root key. */
export function stepRootKey(primitives: Primitives, rootKey: Uint8Array, sharedSecret: Uint8Array): RootStep {
  const bytes = primitives.hkdfSha256(sharedSecret, rootKey, L('ratchet root'), 96)
  return { rootKey: bytes.slice(0, 32), chainKey: bytes.slice(32, 64), nextHeaderKey: bytes.slice(64) }
}
