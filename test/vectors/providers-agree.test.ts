/** On random inputs, valid and invalid, both providers return the same bytes, refuse the same, and throw on the same. */
import * as fc from 'fast-check'
import { concat } from '@sotto/wire'
import { expect, test } from 'vitest'
import type { Primitives } from '@sotto/crypto/primitives'
import { loadBothProviders } from './providers.ts'

const [sodium, noble] = await loadBothProviders()

const bytes = (minLength: number, maxLength = minLength): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength, maxLength })
const anyBytes = bytes(0, 300)

/** The result of a computation. Two that throw for a wrong length of ours are the same, whatever their messages. */
function outcome(compute: () => unknown): unknown {
  try {
    return { value: compute() }
  } catch (error) {
    if (error instanceof RangeError) return 'a wrong length'
    throw error
  }
}

/** Asserts that both providers end the same computation with the same outcome, for inputs of these kinds. */
function agree<T extends [unknown, ...unknown[]]>(
  inputs: { [K in keyof T]: fc.Arbitrary<T[K]> },
  compute: (primitives: Primitives, ...inputs: T) => unknown,
  numRuns = 100,
): void {
  fc.assert(
    fc.property(fc.tuple<T>(...inputs), (drawn) => {
      expect(outcome(() => compute(sodium, ...drawn))).toEqual(outcome(() => compute(noble, ...drawn)))
    }),
    { numRuns },
  )
}

test('SHA-256 of any parts is that of their concatenation', () => {
  agree([fc.array(anyBytes, { maxLength: 4 })], (primitives, parts) => {
    const digest = primitives.sha256(...parts)
    expect(digest).toEqual(primitives.sha256(concat(...parts)))
    return digest
  })
})

test('HMAC-SHA-256 of any parts under keys of any length', () => {
  agree([bytes(0, 140), fc.array(anyBytes, { maxLength: 4 })], (primitives, key, parts) => {
    const tag = primitives.hmacSha256(key, ...parts)
    expect(tag).toEqual(primitives.hmacSha256(key, concat(...parts)))
    return tag
  })
})

test('HKDF-SHA-256 with any salt, info and length, impossible ones included', () => {
  const length = fc.oneof(fc.integer({ min: -1, max: 200 }), fc.integer({ min: 8150, max: 8170 }), fc.constant(0.5))
  agree([bytes(0, 100), bytes(0, 100), bytes(0, 100), length], (primitives, secret, salt, info, lengthBytes) => {
    const output = primitives.hkdfSha256(secret, salt, info, lengthBytes)
    expect(output.length).toBe(lengthBytes)
    return output
  })
})

test('constant-time comparison is equality', () => {
  agree([bytes(0, 40), bytes(0, 40), fc.nat()], (primitives, a, b, at) => {
    expect(primitives.equalConstantTime(a, a.slice())).toBe(true)
    const changed = a.slice()
    if (a.length > 0) changed[at % a.length] = (a[at % a.length] ?? 0) ^ (1 + (at % 255))
    expect(primitives.equalConstantTime(a, changed)).toBe(a.length === 0)
    return primitives.equalConstantTime(a, b)
  })
})

test('Ed25519 signs the same bytes, which both accept and no changed bit survives', () => {
  agree(
    [bytes(32), anyBytes, fc.nat()],
    (primitives, seed, message, at) => {
      const keyPair = primitives.ed25519.keyPairFromSeed(seed)
      const signature = primitives.ed25519.sign(message, keyPair)
      const wrong = signature.slice()
      wrong[at % 64] = (wrong[at % 64] ?? 0) ^ (1 << (at % 8))
      for (const verifier of [sodium, noble]) {
        expect(verifier.ed25519.verify(signature, message, keyPair.publicKey)).toBe(true)
        expect(verifier.ed25519.verify(wrong, message, keyPair.publicKey)).toBe(false)
        expect(verifier.ed25519.verify(signature, concat(message, Uint8Array.of(0)), keyPair.publicKey)).toBe(false)
      }
      return [keyPair, signature]
    },
    25,
  )
})

test('Ed25519 verifies random bytes of any length to the same answer and never throws', () => {
  const nearly = (length: number): fc.Arbitrary<Uint8Array> => fc.oneof({ weight: 4, arbitrary: bytes(length) }, { weight: 1, arbitrary: bytes(0, 2 * length) })
  agree([nearly(64), anyBytes, nearly(32)], (primitives, signature, message, publicKey) => {
    const verdict = primitives.ed25519.verify(signature, message, publicKey)
    expect(typeof verdict).toBe('boolean')
    return verdict
  })
})

test('X25519 leads to one secret on both sides', () => {
  agree(
    [bytes(32), bytes(32)],
    (primitives, aliceSeed, bobSeed) => {
      const alice = primitives.x25519.keyPairFromSeed(aliceSeed)
      const bob = primitives.x25519.keyPairFromSeed(bobSeed)
      const secret = primitives.x25519.agree(alice.privateKey, bob.publicKey)
      expect(secret).toBeDefined()
      expect(primitives.x25519.agree(bob.privateKey, alice.publicKey)).toEqual(secret)
      return [alice, bob, secret]
    },
    50,
  )
})

test('X25519 refuses a public key of wrong length, with the top bit, or not reduced, and never throws for it', () => {
  const edge = fc.integer({ min: 0, max: 0xff }).map((low) => new Uint8Array(32).fill(0xff).with(0, low).with(31, 0x7f))
  const publicKey = fc.oneof(bytes(32), bytes(0, 64), edge)
  agree([bytes(32), publicKey], (primitives, privateKey, theirs) => {
    const secret = primitives.x25519.agree(privateKey, theirs)
    const top = theirs.at(31) ?? 0
    if (theirs.length !== 32 || top > 0x7f) expect(secret).toBeUndefined()
    return [secret]
  })
})

test('ML-KEM-768 agrees, and neither provider throws on random keys and ciphertexts', () => {
  agree(
    [bytes(64), bytes(32), bytes(1184), bytes(1088)],
    (primitives, seed, randomness, noKey, ciphertext) => {
      const keyPair = primitives.mlKem768.keyPairFromSeed(seed)
      const sent = primitives.mlKem768.encapsulate(keyPair.publicKey, randomness)
      if (sent === undefined) throw new Error('refused its own key')
      expect(primitives.mlKem768.decapsulate(keyPair.secretKey, sent.ciphertext)).toEqual(sent.sharedSecret)
      const rejected = primitives.mlKem768.decapsulate(keyPair.secretKey, ciphertext)
      expect(rejected).not.toEqual(sent.sharedSecret)
      return [keyPair, sent, rejected, primitives.mlKem768.encapsulate(noKey, randomness)]
    },
    10,
  )
})

for (const [name, nonceBytes] of [
  ['chacha20Poly1305', 12],
  ['xchacha20Poly1305', 24],
] as const) {
  test(`${name} seals the same bytes and opens nothing that was changed`, () => {
    agree([bytes(32), bytes(nonceBytes), anyBytes, anyBytes, fc.nat()], (primitives, key, nonce, plaintext, ad, at) => {
      const sealed = primitives[name].seal(key, nonce, plaintext, ad)
      expect(primitives[name].open(key, nonce, sealed, ad)).toEqual(plaintext)
      const changed = sealed.with(at % sealed.length, (sealed[at % sealed.length] ?? 0) ^ (1 << (at % 8)))
      expect(primitives[name].open(key, nonce, changed, ad)).toBeUndefined()
      return sealed
    })
  })

  test(`${name} opens no random bytes, however short`, () => {
    agree([bytes(32), bytes(nonceBytes), bytes(0, 40), bytes(0, 8)], (primitives, key, nonce, sealed, ad) => {
      const opened = primitives[name].open(key, nonce, sealed, ad)
      expect(opened).toBeUndefined()
      return opened
    })
  })
}

test('Argon2id', () => {
  const cost = fc.record({ memoryKib: fc.integer({ min: 8, max: 64 }), passes: fc.integer({ min: 1, max: 3 }) })
  agree(
    [bytes(0, 64), bytes(16), cost, fc.integer({ min: 16, max: 64 })],
    (primitives, password, salt, cost, length) => {
      const derived = primitives.argon2id(password, salt, cost, length)
      expect(derived.length).toBe(length)
      return derived
    },
    15,
  )
})

test('both throw on a wrong length of our own values, and report lengths only', () => {
  const wrong = new Uint8Array(31).fill(0x5a)
  const right = new Uint8Array(32).fill(0x5a)
  const faults: readonly ((primitives: Primitives) => unknown)[] = [
    (p) => p.ed25519.keyPairFromSeed(wrong),
    (p) => p.ed25519.sign(right, { seed: wrong, publicKey: right }),
    (p) => p.ed25519.sign(right, { seed: right, publicKey: wrong }),
    (p) => p.x25519.keyPairFromSeed(wrong),
    (p) => p.x25519.agree(wrong, right),
    (p) => p.mlKem768.keyPairFromSeed(wrong),
    (p) => p.mlKem768.encapsulate(new Uint8Array(1184), wrong),
    (p) => p.mlKem768.decapsulate(wrong, new Uint8Array(1088)),
    (p) => p.chacha20Poly1305.seal(wrong, right.slice(0, 12), right, right),
    (p) => p.chacha20Poly1305.seal(right, right.slice(0, 24), right, right),
    (p) => p.chacha20Poly1305.open(wrong, right.slice(0, 12), right, right),
    (p) => p.xchacha20Poly1305.seal(right, right.slice(0, 12), right, right),
    (p) => p.xchacha20Poly1305.open(right, right.slice(0, 12), right, right),
    (p) => p.argon2id(right, right, { memoryKib: 64, passes: 1 }, 32),
    (p) => p.argon2id(right, right.slice(0, 16), { memoryKib: 7, passes: 1 }, 32),
    (p) => p.argon2id(right, right.slice(0, 16), { memoryKib: 64, passes: 0 }, 32),
    (p) => p.argon2id(right, right.slice(0, 16), { memoryKib: 64, passes: 1 }, 15),
  ]
  for (const fault of faults) {
    for (const primitives of [sodium, noble]) {
      expect(() => fault(primitives)).toThrow(RangeError)
      expect(() => fault(primitives)).not.toThrow(/5a|90, ?90/)
    }
  }
})
