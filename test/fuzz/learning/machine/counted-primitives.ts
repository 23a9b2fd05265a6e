/** Primitives that count how often they are used: what a message costs its receiver, the same on every machine. */
import type { Primitives } from '@sotto/crypto/primitives'

export interface UsedPrimitives {
  /** Signatures that were made or checked, key pairs, agreements, and uses of ML-KEM. */
  publicKeyOperations: number
  /** Uses of a cipher, hash or MAC. */
  symmetricOperations: number
}

export interface CountedPrimitives {
  readonly primitives: Primitives
  /** What was used since the last call. */
  readonly counted: () => UsedPrimitives
  /** Hears every plaintext that a cipher opened. */
  tap: ((plaintext: Uint8Array) => void) | null
}

export function countPrimitives(real: Primitives): CountedPrimitives {
  let used: UsedPrimitives = { publicKeyOperations: 0, symmetricOperations: 0 }
  const slow =
    <A extends readonly unknown[], R>(act: (...args: A) => R) =>
    (...args: A): R => {
      used.publicKeyOperations++
      return act(...args)
    }
  const quick =
    <A extends readonly unknown[], R>(act: (...args: A) => R) =>
    (...args: A): R => {
      used.symmetricOperations++
      return act(...args)
    }
  const tapped = ({ seal, open }: Primitives['chacha20Poly1305']): Primitives['chacha20Poly1305'] => ({
    seal: quick(seal),
    open: quick((...given) => {
      const plaintext = open(...given)
      if (plaintext !== undefined) counted.tap?.(plaintext)
      return plaintext
    }),
  })
  const { ed25519, x25519, mlKem768 } = real
  const counted: CountedPrimitives = {
    primitives: {
      ...real,
      sha256: quick(real.sha256),
      hmacSha256: quick(real.hmacSha256),
      hkdfSha256: quick(real.hkdfSha256),
      ed25519: { keyPairFromSeed: slow(ed25519.keyPairFromSeed), sign: slow(ed25519.sign), verify: slow(ed25519.verify) },
      x25519: { keyPairFromSeed: slow(x25519.keyPairFromSeed), agree: slow(x25519.agree) },
      mlKem768: { keyPairFromSeed: slow(mlKem768.keyPairFromSeed), encapsulate: slow(mlKem768.encapsulate), decapsulate: slow(mlKem768.decapsulate) },
      chacha20Poly1305: tapped(real.chacha20Poly1305),
      xchacha20Poly1305: tapped(real.xchacha20Poly1305),
    },
    counted: () => {
      const before = used
      used = { publicKeyOperations: 0, symmetricOperations: 0 }
      return before
    },
    tap: null,
  }
  return counted
}
