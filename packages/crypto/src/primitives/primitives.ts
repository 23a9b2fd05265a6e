/**
 * The cryptographic primitives everything above is built from, as one explicit value that is passed in.
 *
 * All of them are synchronous. None throws on input from a peer: where the input can be wrong, the answer is
 * `undefined` or `false`. They throw on a wrong length of something that is ours (a fault).
 * The two providers (libsodium, @noble) agree on every input, on crafted ones too (PROTOCOL §11).
 */
export interface Primitives {
  /** Which provider this is; for reports and benchmarks. */
  readonly name: 'libsodium' | 'noble'

  /** SHA-256 (FIPS 180-4) of the parts, one after the other. 32 bytes. */
  readonly sha256: (...parts: readonly Uint8Array[]) => Uint8Array
  /** HMAC-SHA-256 (RFC 2104) of the parts, one after the other. 32 bytes. */
  readonly hmacSha256: (key: Uint8Array, ...parts: readonly Uint8Array[]) => Uint8Array
  /** HKDF-SHA-256 (RFC 5869). `lengthBytes` at most 255 × 32. */
  readonly hkdfSha256: (secret: Uint8Array, salt: Uint8Array, info: Uint8Array, lengthBytes: number) => Uint8Array
  /** Whether two byte strings are equal, in a time that depends on their lengths only. */
  readonly equalConstantTime: (a: Uint8Array, b: Uint8Array) => boolean

  /** Ed25519 (RFC 8032) with the one acceptance rule of PROTOCOL §11. */
  readonly ed25519: {
    /** The key pair of a 32-byte seed. */
    readonly keyPairFromSeed: (seed: Uint8Array) => SigningKeyPair
    /** 64 bytes. */
    readonly sign: (message: Uint8Array, keyPair: SigningKeyPair) => Uint8Array
    readonly verify: (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array) => boolean
  }

  /** X25519 (RFC 7748). */
  readonly x25519: {
    /** The key pair of 32 random bytes. */
    readonly keyPairFromSeed: (seed: Uint8Array) => AgreementKeyPair
    /** The 32-byte shared secret; `undefined` if it is all zero (RFC 7748 §6.1) or the public key is not canonical. */
    readonly agree: (privateKey: Uint8Array, theirPublicKey: Uint8Array) => Uint8Array | undefined
  }

  /** ML-KEM-768 (FIPS 203). Public key 1184 bytes, secret key 2400, ciphertext 1088, shared secret 32. */
  readonly mlKem768: {
    /** The key pair of 64 random bytes (d ‖ z). */
    readonly keyPairFromSeed: (seed: Uint8Array) => KemKeyPair
    /** `undefined` if the key fails the modulus check of FIPS 203 §7.2 or has a wrong length. `seed` is 32 random bytes. */
    readonly encapsulate: (theirPublicKey: Uint8Array, seed: Uint8Array) => { readonly ciphertext: Uint8Array; readonly sharedSecret: Uint8Array } | undefined
    /** Implicit rejection: a wrong ciphertext returns a random-looking secret; a wrong length returns `undefined`. */
    readonly decapsulate: (secretKey: Uint8Array, ciphertext: Uint8Array) => Uint8Array | undefined
  }

  /** ChaCha20-Poly1305 (RFC 8439): 32-byte key, 12-byte nonce used once, 16-byte tag after the ciphertext. */
  readonly chacha20Poly1305: AeadPrimitive
  /** XChaCha20-Poly1305: 32-byte key, 24-byte nonce that may be random, 16-byte tag after the ciphertext. */
  readonly xchacha20Poly1305: AeadPrimitive

  /** Argon2id (RFC 9106), with a parallelism of one. Takes long by design: call it in a Worker. */
  readonly argon2id: (password: Uint8Array, salt: Uint8Array, cost: { readonly memoryKib: number; readonly passes: number }, lengthBytes: number) => Uint8Array
}

export interface AeadPrimitive {
  readonly seal: (key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array, ad: Uint8Array) => Uint8Array
  /** `undefined` if the tag does not match or the input is shorter than a tag. */
  readonly open: (key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array, ad: Uint8Array) => Uint8Array | undefined
}

/** Ed25519: public key 32 bytes, seed 32 bytes. */
export interface SigningKeyPair {
  readonly publicKey: Uint8Array
  readonly seed: Uint8Array
}

/** X25519: 32 bytes each. */
export interface AgreementKeyPair {
  readonly publicKey: Uint8Array
  readonly privateKey: Uint8Array
}

export interface KemKeyPair {
  readonly publicKey: Uint8Array
  readonly secretKey: Uint8Array
}

/** Returns `lengthBytes` fresh random bytes. Passed in, so that the simulator can seed it. */
export type RandomBytes = (lengthBytes: number) => Uint8Array
