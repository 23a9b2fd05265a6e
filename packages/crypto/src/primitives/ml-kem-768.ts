/**
 * ML-KEM-768 (FIPS 203) of @noble/post-quantum, which both providers use: libsodium's wrapper has none.
 */
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js'
import { requireLength } from './checks.ts'
import type { Primitives } from './primitives.ts'

const PUBLIC_KEY_BYTES = 1184
const SECRET_KEY_BYTES = 2400
const CIPHERTEXT_BYTES = 1088
/** The public key's polynomials: 3 × 256 coefficients of 12 bits. The 32 bytes after them seed the matrix. */
const COEFFICIENT_BYTES = 1152
const MODULUS = 3329

/** FIPS 203 §7.2: the length, and every coefficient reduced, so that decoding and encoding returns the same bytes. */
function isEncapsulationKey(publicKey: Uint8Array): boolean {
  if (publicKey.length !== PUBLIC_KEY_BYTES) return false
  for (let i = 0; i < COEFFICIENT_BYTES; i += 3) {
    const middle = publicKey[i + 1] ?? 0
    const low = (publicKey[i] ?? 0) | ((middle & 0x0f) << 8)
    const high = (middle >> 4) | ((publicKey[i + 2] ?? 0) << 4)
    if (low >= MODULUS || high >= MODULUS) return false
  }
  return true
}

/** The contract's `mlKem768`. A secret key that is damaged (FIPS 203 §7.3, hash check) is a fault and throws. */
export const mlKem768: Primitives['mlKem768'] = {
  keyPairFromSeed: (seed) => {
    requireLength('ML-KEM seed', seed, 64)
    const { publicKey, secretKey } = ml_kem768.keygen(seed)
    return { publicKey, secretKey }
  },
  encapsulate: (theirPublicKey, seed) => {
    requireLength('ML-KEM encapsulation seed', seed, 32)
    if (!isEncapsulationKey(theirPublicKey)) return undefined
    const { cipherText, sharedSecret } = ml_kem768.encapsulate(theirPublicKey, seed)
    return { ciphertext: cipherText, sharedSecret }
  },
  decapsulate: (secretKey, ciphertext) => {
    requireLength('ML-KEM secret key', secretKey, SECRET_KEY_BYTES)
    return ciphertext.length === CIPHERTEXT_BYTES ? ml_kem768.decapsulate(ciphertext, secretKey) : undefined
  },
}
