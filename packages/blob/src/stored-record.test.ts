import { createNoblePrimitives } from '@sotto/crypto/primitives'
import { LIMITS } from '@sotto/wire'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chunkHashing } from './chunk-hashing.ts'
import { CHUNK_BYTES, type FileLayout, fileLayout } from './layout.ts'
import { isProven, proofLength, proofOf, rootOf } from './merkle-tree.ts'
import { readRecord, recordPlace, storedBytes } from './stored-record.ts'
import { proofIn, rootIn, treeLevels } from './tree-levels.ts'

const hashing = chunkHashing(createNoblePrimitives())

function layoutOf(sizeBytes: number): FileLayout {
  const layout = fileLayout(sizeBytes)
  if (layout === undefined) throw new Error(`no layout for ${sizeBytes}`)
  return layout
}

describe('a tree that is kept whole', () => {
  it('has the root and the proofs of the tree of RFC 9162', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 140 }), fc.nat({ max: 255 }), (count, seed) => {
        const hashes = Array.from({ length: count }, (_, i) => hashing.leaf(Uint8Array.of(seed, i)))
        const leaves = new Uint8Array(count * 32)
        for (const [i, hash] of hashes.entries()) leaves.set(hash, i * 32)
        const levels = treeLevels(hashing, leaves)
        expect(rootIn(levels)).toEqual(rootOf(hashing, hashes))
        for (const index of [0, count >> 1, count - 1]) {
          const proof = proofIn(levels, index)
          expect(proof).toHaveLength(32 * proofLength(count, index))
          const parts = Array.from({ length: proof.length / 32 }, (_, i) => proof.slice(i * 32, (i + 1) * 32))
          expect(parts).toEqual(proofOf(hashing, hashes, index))
          expect(isProven(hashing, rootIn(levels), { count, index }, hashes[index] ?? leaves, parts)).toBe(true)
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('the records of a file in a store', () => {
  const sizes = fc.oneof(fc.integer({ min: 0, max: 80 * CHUNK_BYTES }), fc.integer({ min: 0, max: LIMITS.fileBytes }))

  it('lie one behind the other without overlapping, up to the length of the file', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (size, at) => {
        const layout = layoutOf(size)
        const index = at % layout.chunks
        const { offset, length } = recordPlace(layout, index)
        const end = index + 1 < layout.chunks ? recordPlace(layout, index + 1).offset : storedBytes(layout)
        expect(offset + length).toBeLessThanOrEqual(end)
        if (index + 1 === layout.chunks) expect(offset + length).toBe(end)
      }),
      { numRuns: 1_000 },
    )
  })

  it('are read as the chunk and the hashes that were written, and as nothing where their length is another', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 80 * CHUNK_BYTES }), fc.nat(), (size, at) => {
        const layout = layoutOf(size)
        const index = at % layout.chunks
        const { sealedBytes, length } = recordPlace(layout, index)
        const record = Uint8Array.from({ length }, (_, i) => (i * 7) & 0xff)
        const read = readRecord(layout, index, record)
        expect(read?.sealed).toEqual(record.slice(0, sealedBytes))
        expect(read?.proof).toHaveLength(proofLength(layout.chunks, index))
        for (const [i, hash] of (read?.proof ?? []).entries()) expect(hash).toEqual(record.slice(sealedBytes + 32 * i, sealedBytes + 32 * (i + 1)))
        expect(readRecord(layout, index, record.slice(1))).toBeUndefined()
        expect(readRecord(layout, index, new Uint8Array(length + 32))).toBeUndefined()
      }),
      { numRuns: 40 },
    )
  })

  it('are none behind the last chunk', () => {
    const layout = layoutOf(3 * CHUNK_BYTES)
    expect(() => recordPlace(layout, layout.chunks)).toThrow(RangeError)
    expect(() => recordPlace(layout, -1)).toThrow(RangeError)
  })

  it('have a proof that fits a frame, in the largest file too', () => {
    const layout = layoutOf(LIMITS.fileBytes)
    expect(layout.chunks).toBeLessThanOrEqual(LIMITS.fileChunks)
    expect(proofLength(LIMITS.fileChunks, 0)).toBe(17)
    expect(LIMITS.blobChunkBytes + 17 * 32 + 128).toBeLessThan(LIMITS.recordBytes)
  })
})
