/**
 * Seals to an X25519 public key, from nobody: a fresh key pair for each box, HKDF, ChaCha20-Poly1305. It says nothing
 * about who sealed it. ephemeral public key(32) ‖ ciphertext ‖ tag(16).
 */
import { concat, type Label } from '@sotto/wire'
import { deriveSingleUse } from '../derive-key.ts'
import type { AgreementKeyPair, Primitives } from '../primitives/primitives.ts'
import type { CryptoProvider } from '../crypto-provider.ts'

/** What a box adds to its plaintext. */
export const SEALED_BOX_OVERHEAD_BYTES = 48

const PUBLIC_KEY_BYTES = 32

/** What a box is for: the label under which its key is derived. */
export type BoxUse = Extract<Label, 'sealed box' | 'pqxdh certificate'>

/** Seals so that only `theirPublicKey`'s private half can open. `undefined` for a key of small order. */
export function sealBox(provider: CryptoProvider, use: BoxUse, theirPublicKey: Uint8Array, plaintext: Uint8Array, ad: Uint8Array): Uint8Array | undefined {
  const { primitives } = provider
  const ephemeral = primitives.x25519.keyPairFromSeed(provider.random(32))
  const shared = primitives.x25519.agree(ephemeral.privateKey, theirPublicKey)
  if (shared === undefined) return undefined
  const { key, nonce } = deriveSingleUse(primitives, shared, use, ephemeral.publicKey, theirPublicKey)
  return concat(ephemeral.publicKey, primitives.chacha20Poly1305.seal(key, nonce, plaintext, ad))
}

/** The plaintext, or `undefined` for a box to another key, with other associated data, or a damaged one. */
export function openBox(primitives: Primitives, use: BoxUse, own: AgreementKeyPair, box: Uint8Array, ad: Uint8Array): Uint8Array | undefined {
  if (box.length < SEALED_BOX_OVERHEAD_BYTES) return undefined
  const ephemeralKey = box.slice(0, PUBLIC_KEY_BYTES)
  const shared = primitives.x25519.agree(own.privateKey, ephemeralKey)
  if (shared === undefined) return undefined
  const { key, nonce } = deriveSingleUse(primitives, shared, use, ephemeralKey, own.publicKey)
  return primitives.chacha20Poly1305.open(key, nonce, box.slice(PUBLIC_KEY_BYTES), ad)
}
