/**
 * Signatures that do not arise by accident, built with the curve's points. On each, both providers return the one answer
 * of PROTOCOL §11 (S < L; A and R canonical and not of small order; R = S·B − h·A without the cofactor). The cases are
 * those of Chalkias, Garillot and Nikolaenko, "Taming the many EdDSAs" (2020), §5, and what lies between them.
 */
import { ED25519_TORSION_SUBGROUP, ed25519 } from '@noble/curves/ed25519.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { concat, toHex } from '@sotto/wire'
import { describe, expect, test } from 'vitest'
import { bytesOf, loadBothProviders } from './providers.ts'

const { Point } = ed25519
type CurvePoint = InstanceType<typeof Point>
const L = Point.Fn.ORDER
const P = 2n ** 255n - 19n
const TORSION = ED25519_TORSION_SUBGROUP.map((hex) => Point.fromHex(hex))

const a = 0x1234_5678_9abc_def0_1357_9bdf_0246_8acen
const r = 0x0fed_cba9_8765_4321_eca8_6420_fdb9_7531n
const B = Point.BASE

function littleEndian(value: bigint): Uint8Array {
  const bytes = new Uint8Array(32)
  for (let i = 0, rest = value; i < 32; i++, rest >>= 8n) bytes[i] = Number(rest & 255n)
  return bytes
}

const fromLittleEndian = (bytes: Uint8Array): bigint => bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n)

const challenge = (R: Uint8Array, A: Uint8Array, message: Uint8Array): bigint => fromLittleEndian(sha512(concat(R, A, message))) % L

const times = (point: CurvePoint, scalar: bigint): CurvePoint => point.multiplyUnsafe(scalar % L)

/** A signature by the scalar `secret` under encodings that need not be those of its points, and its message. */
function sign(R: Uint8Array, A: Uint8Array, secret: bigint, nonce: bigint, message: Uint8Array): Uint8Array {
  return concat(R, littleEndian((nonce + challenge(R, A, message) * secret) % L))
}

/** The first of many messages whose challenge is `residue` modulo 8. */
function messageWithChallenge(R: Uint8Array, A: Uint8Array, residue: bigint): Uint8Array {
  for (let i = 0; i < 10_000; i++) {
    const message = Uint8Array.of(i >> 8, i & 255)
    if (challenge(R, A, message) % 8n === residue) return message
  }
  throw new Error('no message with that challenge')
}

/** Every encoding of a point of small order: the eight canonical ones, those with y ≥ p, and x = 0 with a sign. */
const SMALL_ORDER_ENCODINGS: readonly Uint8Array[] = [
  ...TORSION.map((point) => point.toBytes()),
  ...[0n, 1n].map((y) => littleEndian(y + P)),
  ...[1n, P - 1n, P, P + 1n].map((y) => littleEndian(y + 2n ** 255n)),
]

const providers = await loadBothProviders()
const verdicts = (signature: Uint8Array, message: Uint8Array, A: Uint8Array): readonly boolean[] =>
  providers.map((primitives) => primitives.ed25519.verify(signature, message, A))
const ACCEPTED = [true, true]
const REFUSED = [false, false]

describe('both providers', () => {
  const A = times(B, a).toBytes()
  const R = times(B, r).toBytes()
  const message = bytesOf('00')
  const honest = sign(R, A, a, r, message)

  test('accept an honest signature', () => {
    expect(verdicts(honest, message, A)).toEqual(ACCEPTED)
  })

  test('refuse it with S + L, S + 2L and so on: they would be the same scalar', () => {
    const s = fromLittleEndian(honest.slice(32))
    for (let k = 1n; s + k * L < 2n ** 256n; k++) {
      expect(verdicts(concat(R, littleEndian(s + k * L)), message, A)).toEqual(REFUSED)
    }
  })

  test('refuse a public key of small order in each of its encodings, though the equation holds', () => {
    for (const small of SMALL_ORDER_ENCODINGS) {
      // With h ≡ 0 (mod 8), h·A vanishes: S = r satisfies the equation for any signer.
      const chosen = messageWithChallenge(R, small, 0n)
      expect(verdicts(concat(R, littleEndian(r)), chosen, small), toHex(small)).toEqual(REFUSED)
    }
  })

  test('refuse an R of small order in each of its encodings, though the equation holds without the cofactor', () => {
    for (const small of SMALL_ORDER_ENCODINGS) {
      const signature = sign(small, A, a, 0n, message)
      expect(verdicts(signature, message, A), toHex(small)).toEqual(REFUSED)
    }
  })

  test('refuse key, R and S that are all nothing', () => {
    for (const smallKey of SMALL_ORDER_ENCODINGS) {
      for (const smallR of SMALL_ORDER_ENCODINGS) {
        expect(verdicts(concat(smallR, littleEndian(0n)), message, smallKey)).toEqual(REFUSED)
      }
    }
  })

  test('judge keys and Rs of mixed order by the equation without the cofactor, nothing else', () => {
    let accepted = 0
    for (const keyTorsion of TORSION) {
      for (const rTorsion of TORSION) {
        const mixedKey = times(B, a).add(keyTorsion)
        const mixedR = times(B, r).add(rTorsion)
        const [key, nonce] = [mixedKey.toBytes(), mixedR.toBytes()]
        for (let i = 0; i < 4; i++) {
          const text = Uint8Array.of(i)
          const signature = sign(nonce, key, a, r, text)
          const h = challenge(nonce, key, text)
          // S·B = r·B + h·a·B always: with the cofactor, every one of these would be valid.
          const holds = rTorsion.add(keyTorsion.multiplyUnsafe(h % 8n)).equals(Point.ZERO)
          if (holds) accepted++
          expect(verdicts(signature, text, key)).toEqual(holds ? ACCEPTED : REFUSED)
        }
      }
    }
    expect(accepted).toBeGreaterThan(8)
    expect(accepted).toBeLessThan(128)
  })

  test('reduce h modulo L before they multiply a key of mixed order by it', () => {
    // 8·⌊h/L⌋ differs from the result of a verifier that multiplies by all 512 bits (speccheck, case 5).
    const order8 = TORSION.find((point) => !times(point, 4n).equals(Point.ZERO))
    if (order8 === undefined) throw new Error('no point of order 8')
    const key = times(B, a).add(order8).toBytes()
    for (let i = 0, found = 0; found < 4; i++) {
      const text = Uint8Array.of(i >> 8, i & 255)
      const whole = fromLittleEndian(sha512(concat(R, key, text)))
      if ((whole % L) % 8n !== 0n || whole % 8n === 0n) continue
      found++
      expect(verdicts(sign(R, key, a, r, text), text, key)).toEqual(ACCEPTED)
    }
    for (let i = 0, found = 0; found < 4; i++) {
      const text = Uint8Array.of(i >> 8, i & 255)
      const whole = fromLittleEndian(sha512(concat(R, key, text)))
      if ((whole % L) % 8n === 0n || whole % 8n !== 0n) continue
      found++
      expect(verdicts(sign(R, key, a, r, text), text, key)).toEqual(REFUSED)
    }
  })

  test('refuse a key and an R whose y is not reduced, of whatever order', () => {
    for (let y = 0n; y < 19n; y++) {
      for (const sign255 of [0n, 2n ** 255n]) {
        const unreduced = littleEndian(P + y + sign255)
        expect(verdicts(concat(R, littleEndian(r)), message, unreduced)).toEqual(REFUSED)
        expect(verdicts(sign(unreduced, A, a, r, message), message, A)).toEqual(REFUSED)
      }
    }
  })

  test('refuse a key that is not on the curve', () => {
    let offCurve = 0
    for (let y = 2n; y < 40n; y++) {
      const key = littleEndian(y)
      try {
        Point.fromBytes(key)
      } catch {
        offCurve++
        expect(verdicts(concat(R, littleEndian(r)), message, key)).toEqual(REFUSED)
      }
    }
    expect(offCurve).toBeGreaterThan(8)
  })

  test('refuse wrong lengths of signature and key, and do not throw', () => {
    for (const lengthBytes of [0, 1, 31, 32, 63, 65, 96, 128]) {
      expect(verdicts(new Uint8Array(lengthBytes), message, A)).toEqual(REFUSED)
    }
    for (const lengthBytes of [0, 31, 33, 64]) {
      expect(verdicts(honest, message, new Uint8Array(lengthBytes))).toEqual(REFUSED)
    }
  })
})

test("@noble's own verify answers differently in both of its modes, which is why the provider does not call it", () => {
  const differing = { zip215: 0, strict: 0 }
  for (const keyTorsion of TORSION) {
    const key = times(B, a).add(keyTorsion).toBytes()
    const R = times(B, r).toBytes()
    for (let i = 0; i < 4; i++) {
      const text = Uint8Array.of(i)
      const signature = sign(R, key, a, r, text)
      const [ours] = verdicts(signature, text, key)
      if (ed25519.verify(signature, text, key, { zip215: true }) !== ours) differing.zip215++
      if (ed25519.verify(signature, text, key, { zip215: false }) !== ours) differing.strict++
    }
  }
  expect(differing.zip215).toBeGreaterThan(0)
  expect(differing.strict).toBeGreaterThan(0)
})
