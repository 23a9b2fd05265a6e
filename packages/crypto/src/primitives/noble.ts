/**
 * The primitives from @noble alone: the reference, and the fallback where WebAssembly is not allowed.
 */
import { chacha20poly1305, xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import { ed25519, x25519 } from '@noble/curves/ed25519.js'
import { argon2id } from '@noble/hashes/argon2.js'
import { hkdf } from '@noble/hashes/hkdf.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256, sha512 } from '@noble/hashes/sha2.js'
import { concat } from '@sotto/wire'
import { requireArgon2Inputs, requireHkdfLength, requireLength } from './checks.ts'
import { equalConstantTime } from './equal-constant-time.ts'
import { joined } from './joined.ts'
import { mlKem768 } from './ml-kem-768.ts'
import type { AeadPrimitive, Primitives } from './primitives.ts'
import { isCanonicalX25519PublicKey } from './x25519-public-key.ts'

const TAG_BYTES = 16

/** A number from little-endian bytes. */
function fromLittleEndian(bytes: Uint8Array): bigint {
  let value = 0n
  for (const byte of bytes.toReversed()) value = (value << 8n) | BigInt(byte)
  return value
}

/** The point that 32 bytes encode canonically, or `undefined`. */
function decodePoint(bytes: Uint8Array): InstanceType<typeof ed25519.Point> | undefined {
  try {
    return ed25519.Point.fromBytes(bytes)
  } catch {
    return undefined
  }
}

/**
 * libsodium's acceptance rule (PROTOCOL §11), which is none of the modes of @noble's own `verify`: S < L; A and R
 * canonical and not of small order; R = S·B − h·A without the cofactor, compared as encodings. That the encodings are
 * compared makes R canonical, so that its order can be read off the computed point.
 */
function verifyEd25519(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  if (signature.length !== 64 || publicKey.length !== 32) return false
  const order = ed25519.Point.Fn.ORDER
  const theirR = signature.subarray(0, 32)
  const s = fromLittleEndian(signature.subarray(32))
  if (s >= order) return false
  const a = decodePoint(publicKey)
  if (a === undefined || a.isSmallOrder()) return false
  const h = fromLittleEndian(sha512(concat(theirR, publicKey, message))) % order
  const r = ed25519.Point.BASE.multiplyUnsafe(s).subtract(a.multiplyUnsafe(h))
  return !r.isSmallOrder() && equalConstantTime(r.toBytes(), theirR)
}

type Cipher = (
  key: Uint8Array,
  nonce: Uint8Array,
  ad: Uint8Array,
) => { readonly encrypt: (plaintext: Uint8Array) => Uint8Array; readonly decrypt: (sealed: Uint8Array) => Uint8Array }

function aead(name: string, nonceBytes: number, cipher: Cipher): AeadPrimitive {
  const requireKeyAndNonce = (key: Uint8Array, nonce: Uint8Array): void => {
    requireLength(`${name} key`, key, 32)
    requireLength(`${name} nonce`, nonce, nonceBytes)
  }
  return {
    seal: (key, nonce, plaintext, ad) => {
      requireKeyAndNonce(key, nonce)
      return cipher(key, nonce, ad).encrypt(plaintext)
    },
    open: (key, nonce, sealed, ad) => {
      requireKeyAndNonce(key, nonce)
      if (sealed.length < TAG_BYTES) return undefined
      try {
        return cipher(key, nonce, ad).decrypt(sealed)
      } catch {
        // The lengths are right, so that only the tag can be wrong.
        return undefined
      }
    },
  }
}

/** Primitives from @noble. Needs nothing to be ready and has no state. */
export function createNoblePrimitives(): Primitives {
  return {
    name: 'noble',
    sha256: (...parts) => sha256(joined(parts)),
    hmacSha256: (key, ...parts) => hmac(sha256, key, joined(parts)),
    hkdfSha256: (secret, salt, info, lengthBytes) => {
      requireHkdfLength(lengthBytes)
      return hkdf(sha256, secret, salt, info, lengthBytes)
    },
    equalConstantTime,
    ed25519: {
      keyPairFromSeed: (seed) => {
        requireLength('Ed25519 seed', seed, 32)
        return { publicKey: ed25519.getPublicKey(seed), seed: seed.slice() }
      },
      sign: (message, keyPair) => {
        requireLength('Ed25519 seed', keyPair.seed, 32)
        requireLength('Ed25519 public key', keyPair.publicKey, 32)
        return ed25519.sign(message, keyPair.seed)
      },
      verify: verifyEd25519,
    },
    x25519: {
      keyPairFromSeed: (seed) => {
        requireLength('X25519 private key', seed, 32)
        return { publicKey: x25519.getPublicKey(seed), privateKey: seed.slice() }
      },
      agree: (privateKey, theirPublicKey) => {
        requireLength('X25519 private key', privateKey, 32)
        if (!isCanonicalX25519PublicKey(theirPublicKey)) return undefined
        try {
          return x25519.getSharedSecret(privateKey, theirPublicKey)
        } catch {
          // The lengths are right, so that only a point of small order is left.
          return undefined
        }
      },
    },
    mlKem768,
    chacha20Poly1305: aead('ChaCha20-Poly1305', 12, chacha20poly1305),
    xchacha20Poly1305: aead('XChaCha20-Poly1305', 24, xchacha20poly1305),
    argon2id: (password, salt, cost, lengthBytes) => {
      requireArgon2Inputs(salt, cost, lengthBytes)
      return argon2id(password, salt, { m: cost.memoryKib, t: cost.passes, p: 1, dkLen: lengthBytes })
    },
  }
}
