/** Suites for tests: random bytes that repeat for one seed, and a provider that tells what was done with it. */
import { toHex, utf8 } from '@sotto/wire'
import type { AeadPrimitive, Primitives } from '../primitives/primitives.ts'
import type { CryptoProvider } from '../crypto-provider.ts'

/** A suite whose "random" bytes are SHA-256 of the seed and a counter: the same for the same seed. */
export function seededProvider(primitives: Primitives, seed: number | string): CryptoProvider {
  let counter = 0
  const random = (lengthBytes: number): Uint8Array => {
    const bytes = new Uint8Array(lengthBytes)
    for (let offset = 0; offset < lengthBytes; offset += 32) {
      const block = primitives.sha256(utf8(`${seed} ${counter++}`))
      bytes.set(block.subarray(0, lengthBytes - offset), offset)
    }
    return bytes
  }
  return { primitives, random }
}

/** What a watched provider was asked for. */
export interface Watch {
  readonly primitives: Primitives
  /** Key and nonce of every sealing, as hexadecimal text, in order. */
  readonly sealedWith: string[]
  /** Every key that an HMAC, an HKDF or an AEAD was given, in order. */
  readonly usedKeys: Uint8Array[]
}

/** The same provider, watched. */
export function watchPrimitives(primitives: Primitives): Watch {
  const sealedWith: string[] = []
  const usedKeys: Uint8Array[] = []
  const watched = (aead: AeadPrimitive): AeadPrimitive => ({
    seal: (key, nonce, plaintext, ad) => {
      sealedWith.push(`${toHex(key)} ${toHex(nonce)}`)
      usedKeys.push(key.slice())
      return aead.seal(key, nonce, plaintext, ad)
    },
    open: (key, nonce, sealed, ad) => {
      usedKeys.push(key.slice())
      return aead.open(key, nonce, sealed, ad)
    },
  })
  return {
    sealedWith,
    usedKeys,
    primitives: {
      ...primitives,
      hmacSha256: (key, ...parts) => {
        usedKeys.push(key.slice())
        return primitives.hmacSha256(key, ...parts)
      },
      hkdfSha256: (secret, salt, info, lengthBytes) => {
        usedKeys.push(secret.slice())
        // A root key is mixed in as the salt.
        if (salt.some((byte) => byte !== 0)) usedKeys.push(salt.slice())
        return primitives.hkdfSha256(secret, salt, info, lengthBytes)
      },
      chacha20Poly1305: watched(primitives.chacha20Poly1305),
      xchacha20Poly1305: watched(primitives.xchacha20Poly1305),
    },
  }
}

/** Which of the keys are anywhere in these bytes. */
export function keysIn(bytes: Uint8Array, keys: readonly Uint8Array[]): readonly string[] {
  const haystack = toHex(bytes)
  return [...new Set(keys.map(toHex))].filter((key) => haystack.includes(key))
}

/** The bytes with one bit of one byte turned. */
export const flipped = (bytes: Uint8Array, at: number, bit = 0): Uint8Array => bytes.with(at, (bytes[at] ?? 0) ^ (1 << bit))
