/**
 * Sealing to a public key by somebody who stays unnamed: ephemeral X25519, HKDF-SHA-256 and ChaCha20-Poly1305, in the
 * manner of HPKE's base mode (RFC 9180 §5.1.1) with the ephemeral and recipient keys in the key derivation.
 *
 * `ephemeral public key(32) ‖ ciphertext(n) ‖ tag(16)`. The key is used once, so the nonce is derived with it.
 */
import { concat, L, type Label } from '@sotto/wire'
import type { AgreementKeyPair, Primitives } from '../primitives/index.ts'
import type { Suite } from '../suite.ts'

/** Bytes around the plaintext. */
export const SEALED_BOX_OVERHEAD = 48

/** Seals for the holder of `theirPublicKey` (X25519). `undefined` where that key is no good one. `ad` binds a context. */
export function sealTo(suite: Suite, theirPublicKey: Uint8Array, use: Label, plaintext: Uint8Array, ad: Uint8Array): Uint8Array | undefined {
  const ephemeral = suite.primitives.x25519.keyPairFromSeed(suite.random(32))
  const shared = suite.primitives.x25519.agree(ephemeral.privateKey, theirPublicKey)
  if (shared === undefined) return undefined
  const { key, nonce } = keysOf(suite.primitives, shared, ephemeral.publicKey, theirPublicKey, use)
  return concat(ephemeral.publicKey, suite.primitives.chacha20Poly1305.seal(key, nonce, plaintext, ad))
}

/** Opens what was sealed for this key pair, for this use and context; `undefined` for anything else. */
export function openSealed(primitives: Primitives, own: AgreementKeyPair, use: Label, sealed: Uint8Array, ad: Uint8Array): Uint8Array | undefined {
  if (sealed.length < SEALED_BOX_OVERHEAD) return undefined
  const ephemeral = sealed.slice(0, 32)
  const shared = primitives.x25519.agree(own.privateKey, ephemeral)
  if (shared === undefined) return undefined
  const { key, nonce } = keysOf(primitives, shared, ephemeral, own.publicKey, use)
  return primitives.chacha20Poly1305.open(key, nonce, sealed.slice(32), ad)
}

function keysOf(primitives: Primitives, shared: Uint8Array, ephemeral: Uint8Array, recipient: Uint8Array, use: Label) {
  const bytes = primitives.hkdfSha256(shared, concat(ephemeral, recipient), concat(L('sealed box'), L(use)), 44)
  return { key: bytes.slice(0, 32), nonce: bytes.slice(32) }
}
