/**
 * Whether 32 bytes are the one encoding of a Curve25519 u-coordinate: u < p = 2²⁵⁵ − 19, top bit clear.
 * RFC 7748 §5 would mask the bit and reduce; a key that can be written in two ways breaks what hashes or signs it.
 */
export function isCanonicalX25519PublicKey(publicKey: Uint8Array): boolean {
  if (publicKey.length !== 32) return false
  const top = publicKey[31] ?? 0
  if (top > 0x7f) return false
  if (top < 0x7f) return true
  for (let i = 30; i > 0; i--) if (publicKey[i] !== 0xff) return true
  return (publicKey[0] ?? 0) < 0xed
}
