/** Primitives that verify each signature once: in a story all members hear the same operations, many times over. */
import type { Primitives } from '@sotto/crypto/primitives'
import { toBase64url } from '@sotto/wire'

export function remembering(primitives: Primitives): Primitives {
  const verified = new Map<string, boolean>()
  const { sha256, ed25519 } = primitives
  const verify: typeof ed25519.verify = (signature, message, publicKey) => {
    const key = toBase64url(sha256(signature, publicKey, message))
    const known = verified.get(key)
    const isGood = known ?? ed25519.verify(signature, message, publicKey)
    verified.set(key, isGood)
    return isGood
  }
  return { ...primitives, ed25519: { ...ed25519, verify } }
}
