/**
 * The primitives from libsodium's WebAssembly, the default: synchronous, and about ten times as fast as @noble.
 * ML-KEM comes from @noble. SHA-256 and HMAC are libsodium's too: a call into wasm for 64 bytes takes half
 * (SHA-256) to a third (HMAC) of what @noble takes (Node 24, 2026-11-20).
 */
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { concat } from '@sotto/wire'
import type sodiumModule from 'libsodium-wrappers-sumo'
import { requireArgon2Inputs, requireHkdfLength, requireLength } from './checks.ts'
import { equalConstantTime } from './equal-constant-time.ts'
import { joined } from './joined.ts'
import { mlKem768 } from './ml-kem-768.ts'
import type { AeadPrimitive, Primitives } from './primitives.ts'
import { isCanonicalX25519PublicKey } from './x25519-public-key.ts'

/** libsodium's module; usable once its `ready` has resolved. */
export type Sodium = typeof sodiumModule

const TAG_BYTES = 16
const HASH_BYTES = 32
const BLOCK_BYTES = 64

type SodiumSeal = (plaintext: Uint8Array, ad: Uint8Array, secretNonce: null, nonce: Uint8Array, key: Uint8Array) => Uint8Array
type SodiumOpen = (secretNonce: null, sealed: Uint8Array, ad: Uint8Array, nonce: Uint8Array, key: Uint8Array) => Uint8Array

/**
 * What `attempt` returns, or `undefined` where it throws. No caller looks at where: without the stack a failure costs a third,
 * and a letter fails to open with each session but its own.
 */
function orUndefined<T>(attempt: () => T): T | undefined {
  const errors = Error as unknown as { stackTraceLimit: number | undefined }
  const { stackTraceLimit } = errors
  errors.stackTraceLimit = 0
  try {
    return attempt()
  } catch {
    return undefined
  } finally {
    errors.stackTraceLimit = stackTraceLimit
  }
}

function aead(name: string, nonceBytes: number, seal: SodiumSeal, open: SodiumOpen): AeadPrimitive {
  const requireKeyAndNonce = (key: Uint8Array, nonce: Uint8Array): void => {
    requireLength(`${name} key`, key, 32)
    requireLength(`${name} nonce`, nonce, nonceBytes)
  }
  return {
    seal: (key, nonce, plaintext, ad) => {
      requireKeyAndNonce(key, nonce)
      return seal(plaintext, ad, null, nonce, key)
    },
    open: (key, nonce, sealed, ad) => {
      requireKeyAndNonce(key, nonce)
      if (sealed.length < TAG_BYTES) return undefined
      // The lengths are right, so that only the tag can be wrong.
      return orUndefined(() => open(null, sealed, ad, nonce, key))
    },
  }
}

/**
 * HMAC-SHA-256. libsodium's one call takes keys of 32 bytes; a shorter one may be filled up with zeros and one that
 * is longer than a block hashed, as HMAC does itself (RFC 2104 §2). What is between goes to @noble.
 */
function hmacSha256(sodium: Sodium, key: Uint8Array, message: Uint8Array): Uint8Array {
  if (key.length === HASH_BYTES) return sodium.crypto_auth_hmacsha256(message, key)
  if (key.length > BLOCK_BYTES) return sodium.crypto_auth_hmacsha256(message, sodium.crypto_hash_sha256(key))
  if (key.length > HASH_BYTES) return hmac(sha256, key, message)
  const filled = new Uint8Array(HASH_BYTES)
  filled.set(key)
  return sodium.crypto_auth_hmacsha256(message, filled)
}

/** HKDF (RFC 5869 §2) over libsodium's HMAC. */
function hkdfSha256(sodium: Sodium, secret: Uint8Array, salt: Uint8Array, info: Uint8Array, lengthBytes: number): Uint8Array {
  requireHkdfLength(lengthBytes)
  const pseudoRandomKey = hmacSha256(sodium, salt, secret)
  const blocks = new Uint8Array(Math.ceil(lengthBytes / HASH_BYTES) * HASH_BYTES)
  let previous: Uint8Array = new Uint8Array(0)
  for (let offset = 0; offset < blocks.length; offset += HASH_BYTES) {
    const input = new Uint8Array(previous.length + info.length + 1)
    input.set(previous)
    input.set(info, previous.length)
    input[input.length - 1] = offset / HASH_BYTES + 1
    previous = sodium.crypto_auth_hmacsha256(input, pseudoRandomKey)
    blocks.set(previous, offset)
  }
  return blocks.slice(0, lengthBytes)
}

/**
 * Primitives from a libsodium whose `ready` has resolved. A signing key pair whose public key is not its seed's would
 * give its seed away in two signatures: pairs come from `keyPairFromSeed` or from storage, never from a peer.
 */
export function createSodiumPrimitives(sodium: Sodium): Primitives {
  return {
    name: 'libsodium',
    sha256: (...parts) => sodium.crypto_hash_sha256(joined(parts)),
    hmacSha256: (key, ...parts) => hmacSha256(sodium, key, joined(parts)),
    hkdfSha256: (secret, salt, info, lengthBytes) => hkdfSha256(sodium, secret, salt, info, lengthBytes),
    equalConstantTime,
    ed25519: {
      keyPairFromSeed: (seed) => {
        requireLength('Ed25519 seed', seed, 32)
        return { publicKey: sodium.crypto_sign_seed_keypair(seed).publicKey, seed: seed.slice() }
      },
      sign: (message, keyPair) => {
        requireLength('Ed25519 seed', keyPair.seed, 32)
        requireLength('Ed25519 public key', keyPair.publicKey, 32)
        return sodium.crypto_sign_detached(message, concat(keyPair.seed, keyPair.publicKey))
      },
      verify: (signature, message, publicKey) =>
        signature.length === 64 && publicKey.length === 32 && sodium.crypto_sign_verify_detached(signature, message, publicKey),
    },
    x25519: {
      keyPairFromSeed: (seed) => {
        requireLength('X25519 private key', seed, 32)
        return { publicKey: sodium.crypto_scalarmult_base(seed), privateKey: seed.slice() }
      },
      agree: (privateKey, theirPublicKey) => {
        requireLength('X25519 private key', privateKey, 32)
        if (!isCanonicalX25519PublicKey(theirPublicKey)) return undefined
        try {
          return sodium.crypto_scalarmult(privateKey, theirPublicKey)
        } catch {
          // The lengths are right, so that only a point of small order is left.
          return undefined
        }
      },
    },
    mlKem768,
    chacha20Poly1305: aead('ChaCha20-Poly1305', 12, sodium.crypto_aead_chacha20poly1305_ietf_encrypt, sodium.crypto_aead_chacha20poly1305_ietf_decrypt),
    xchacha20Poly1305: aead('XChaCha20-Poly1305', 24, sodium.crypto_aead_xchacha20poly1305_ietf_encrypt, sodium.crypto_aead_xchacha20poly1305_ietf_decrypt),
    argon2id: (password, salt, cost, lengthBytes) => {
      requireArgon2Inputs(salt, cost, lengthBytes)
      const memoryBytes = cost.memoryKib * 1024
      const algorithm = sodium.crypto_pwhash_ALG_ARGON2ID13
      return sodium.crypto_pwhash(lengthBytes, password, salt, cost.passes, memoryBytes, algorithm)
    },
  }
}
