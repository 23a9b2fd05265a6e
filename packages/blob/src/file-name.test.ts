import { createNoblePrimitives, loadSodiumPrimitives } from '@sotto/crypto/primitives'
import { toHex } from '@sotto/wire'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chunkKeyOf, fileMailbox } from './file-keys.ts'
import { FILE_NAME_BYTES, nameOfFile, possessionProof } from './file-name.ts'

const PROVIDERS = [await loadSodiumPrimitives(), createNoblePrimitives()] as const
const [SODIUM, NOBLE] = PROVIDERS
const key = fc.uint8Array({ minLength: 32, maxLength: 32 })

describe('how members speak of a file', () => {
  it('has the values that HKDF and HMAC of another library give', () => {
    const fileKey = Uint8Array.from({ length: 32 }, (_, i) => i)
    const [asker, answerer] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]
    for (const primitives of PROVIDERS) {
      expect(toHex(nameOfFile(primitives, fileKey))).toBe('1e5bc249bf31353e63e1b0f8bd65b131')
      expect(toHex(possessionProof(primitives, fileKey, asker, answerer))).toBe('e616c84c85740f194a0e94baf093d0d07319beaeaf87bb0871d293897971c8ac')
    }
  })

  it('is of one file, and neither its name nor a proof is a key of it', () => {
    fc.assert(
      fc.property(key, key, (one, other) => {
        const name = nameOfFile(NOBLE, one)
        expect(name).toHaveLength(FILE_NAME_BYTES)
        expect(name).toEqual(nameOfFile(SODIUM, one))
        if (toHex(one) === toHex(other)) return
        expect(name).not.toEqual(nameOfFile(NOBLE, other))
        for (const derived of [chunkKeyOf(NOBLE, one), ...Object.values(fileMailbox(NOBLE, one, 'a relay'))])
          expect(toHex(name)).not.toBe(toHex(derived.slice(0, FILE_NAME_BYTES)))
      }),
      { numRuns: 30 },
    )
  })
})

describe('a proof of possession', () => {
  it('is of one file, one connection and one side of it', () => {
    fc.assert(
      fc.property(key, key, key, key, (fileKey, otherKey, asker, answerer) => {
        const proof = toHex(possessionProof(NOBLE, fileKey, asker, answerer))
        if (toHex(fileKey) !== toHex(otherKey)) expect(toHex(possessionProof(NOBLE, otherKey, asker, answerer))).not.toBe(proof)
        // What one side said proves nothing where the other says it back, or on another connection.
        if (toHex(asker) !== toHex(answerer)) expect(toHex(possessionProof(NOBLE, fileKey, answerer, asker))).not.toBe(proof)
        const again = answerer.with(0, (answerer[0] ?? 0) ^ 1)
        expect(toHex(possessionProof(NOBLE, fileKey, asker, again))).not.toBe(proof)
      }),
      { numRuns: 50 },
    )
  })
})
