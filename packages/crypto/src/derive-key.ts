import { concat, L, type Label } from '@sotto/wire'
import type { Primitives } from './primitives/primitives.ts'

/** HKDF's salt where there is none (RFC 5869 §2.2). */
const NO_SALT: Uint8Array = new Uint8Array(0)

/** A key of 32 bytes for one use, by HKDF. `context` separates several of one use. */
export const deriveKey = (primitives: Primitives, secret: Uint8Array, label: Label, ...context: Uint8Array[]): Uint8Array =>
  primitives.hkdfSha256(secret, NO_SALT, concat(L(label), ...context), 32)

/** Key (32 bytes) and nonce (12) of ChaCha20-Poly1305 from a secret that seals once only. */
export function deriveSingleUse(
  primitives: Primitives,
  secret: Uint8Array,
  label: Label,
  ...context: Uint8Array[]
): { readonly key: Uint8Array; readonly nonce: Uint8Array } {
  const bytes = primitives.hkdfSha256(secret, NO_SALT, concat(L(label), ...context), 44)
  return { key: bytes.slice(0, 32), nonce: bytes.slice(32) }
}
