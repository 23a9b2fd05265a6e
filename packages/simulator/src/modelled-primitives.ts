/**
 * Primitives for many worlds in a short time. Hashes, MACs and AEADs are the real ones. The three public-key schemes are
 * models that agree and verify as the real ones do, and resist no attack. The simulator's adversaries replay, forge bytes
 * and lie, and never break a key. One world in fifty is played with the real schemes.
 */
import type { Primitives } from '@sotto/crypto/primitives'
import { compareBytes, concat, equalBytes, utf8 } from '@sotto/wire'

const KEM_PUBLIC_BYTES = 1_184
const KEM_SECRET_BYTES = 2_400
const KEM_CIPHERTEXT_BYTES = 1_088

const tag = (name: string): Uint8Array => utf8(`model ${name}`)
const SIGNING = tag('signing')
const SIGNATURE = tag('signature')
const AGREEMENT = tag('agreement')
const SHARED = tag('shared')
const KEM = tag('kem')
const KEM_SHARED = tag('kem shared')

/** `real` with its public-key schemes replaced. */
export function modelledPrimitives(real: Primitives): Primitives {
  const { sha256 } = real
  const filled = (head: Uint8Array, length: number): Uint8Array => {
    const bytes = new Uint8Array(length)
    bytes.set(head)
    return bytes
  }
  const signature = (message: Uint8Array, publicKey: Uint8Array): Uint8Array => {
    const half = sha256(SIGNATURE, publicKey, message)
    return concat(half, half)
  }
  const agreementKey = (privateKey: Uint8Array): Uint8Array => sha256(AGREEMENT, privateKey)
  return {
    ...real,
    ed25519: {
      keyPairFromSeed: (seed) => ({ publicKey: sha256(SIGNING, seed), seed }),
      sign: (message, { publicKey }) => signature(message, publicKey),
      verify: (given, message, publicKey) => equalBytes(given, signature(message, publicKey)),
    },
    x25519: {
      keyPairFromSeed: (seed) => ({ publicKey: agreementKey(seed), privateKey: seed }),
      agree: (privateKey, theirs) => {
        const ours = agreementKey(privateKey)
        return compareBytes(ours, theirs) < 0 ? sha256(SHARED, ours, theirs) : sha256(SHARED, theirs, ours)
      },
    },
    mlKem768: {
      keyPairFromSeed: (seed) => {
        const head = sha256(KEM, seed)
        return { publicKey: filled(head, KEM_PUBLIC_BYTES), secretKey: filled(head, KEM_SECRET_BYTES) }
      },
      encapsulate: (theirs, seed) =>
        theirs.length === KEM_PUBLIC_BYTES
          ? { ciphertext: filled(seed, KEM_CIPHERTEXT_BYTES), sharedSecret: sha256(KEM_SHARED, theirs.subarray(0, 32), seed) }
          : undefined,
      decapsulate: (secretKey, ciphertext) =>
        ciphertext.length === KEM_CIPHERTEXT_BYTES ? sha256(KEM_SHARED, secretKey.subarray(0, 32), ciphertext.subarray(0, 32)) : undefined,
    },
  }
}
