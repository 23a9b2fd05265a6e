import { createNoblePrimitives, loadSodiumPrimitives, type Primitives } from '@sotto/crypto/primitives'
import { isLadderLength, LIMITS, toBase64url } from '@sotto/wire'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chunkHashing } from './chunk-hashing.ts'
import { openChunk, sealChunk } from './chunks.ts'
import { chunkKeyOf } from './file-keys.ts'
import { CHUNK_BYTES, chunkPlace, chunksOf, type FileLayout, fileLayout } from './layout.ts'
import { rootOf } from './merkle-tree.ts'

const PROVIDERS: readonly Primitives[] = [await loadSodiumPrimitives(), createNoblePrimitives()]
const [SODIUM] = PROVIDERS as readonly [Primitives, Primitives]

function layoutOf(sizeBytes: number): FileLayout {
  const layout = fileLayout(sizeBytes)
  if (layout === undefined) throw new Error(`no layout for ${sizeBytes}`)
  return layout
}

/** Bytes that differ from place to place. */
function bytesFrom(offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let i = 0; i < length; i++) bytes[i] = (offset + i) * 31 + ((offset + i) >> 8)
  return bytes
}

const sealedFile = (primitives: Primitives, key: Uint8Array, layout: FileLayout): readonly Uint8Array[] =>
  Array.from({ length: layout.chunks }, (_, index) => {
    const place = chunkPlace(layout, index)
    return sealChunk(primitives, key, layout, index, bytesFrom(place?.fileOffset ?? 0, place?.fileBytes ?? 0))
  })

const sizes = fc.oneof(
  fc.integer({ min: 0, max: 3 * CHUNK_BYTES }),
  fc.integer({ min: 0, max: LIMITS.fileBytes }),
  // Around the ends of chunks.
  fc
    .tuple(fc.integer({ min: 0, max: 70_000 }), fc.integer({ min: -40, max: 40 }))
    .map(([chunks, by]) => Math.min(LIMITS.fileBytes, Math.max(0, chunks * CHUNK_BYTES + by))),
)

describe('the layout of a file', () => {
  it('has sealed lengths on the ladder, each and in sum, with room for the whole file', () => {
    fc.assert(
      fc.property(sizes, (size) => {
        const { chunks, sealedBytes } = layoutOf(size)
        const [first, last] = [chunkPlace(layoutOf(size), 0), chunkPlace(layoutOf(size), chunks - 1)]
        expect(isLadderLength(sealedBytes)).toBe(true)
        expect(sealedBytes).toBeGreaterThanOrEqual(size + 16 * chunks)
        expect(sealedBytes).toBeLessThanOrEqual(Math.max(LIMITS.smallestRecordBytes, 1.13 * (size + 16 * Math.max(1, Math.ceil(size / CHUNK_BYTES)))))
        expect([first?.isLast, last?.isLast]).toEqual([chunks === 1, true])
        expect(isLadderLength(last?.sealedBytes ?? 0)).toBe(true)
        expect((last?.sealedOffset ?? 0) + (last?.sealedBytes ?? 0)).toBe(sealedBytes)
        if (chunks > 1) expect(first?.sealedBytes).toBe(LIMITS.blobChunkBytes)
      }),
      { numRuns: 2_000 },
    )
    expect(isLadderLength(LIMITS.blobChunkBytes)).toBe(true)
  })

  it('puts each byte of the file into one chunk', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 * CHUNK_BYTES }), (size) => {
        const layout = layoutOf(size)
        let next = 0
        for (let index = 0; index < layout.chunks; index++) {
          const place = chunkPlace(layout, index)
          expect(place?.fileOffset).toBe(next)
          next += place?.fileBytes ?? Number.NaN
        }
        expect(next).toBe(size)
      }),
    )
  })

  it('finds the chunks of a part of the file', () => {
    const layout = layoutOf(3 * CHUNK_BYTES)
    expect(chunksOf(layout, 0, 1)).toEqual({ first: 0, last: 0 })
    expect(chunksOf(layout, CHUNK_BYTES - 1, CHUNK_BYTES + 1)).toEqual({ first: 0, last: 1 })
    expect(chunksOf(layout, -5, Infinity)).toEqual({ first: 0, last: 2 })
    expect(chunksOf(layout, 3 * CHUNK_BYTES, 4 * CHUNK_BYTES)).toBeUndefined()
    expect(chunksOf(layout, 5, 5)).toBeUndefined()
  })

  it('is none for a size that no file has, and no chunk for a number that it does not have', () => {
    for (const size of [-1, 0.5, Number.NaN, Infinity, LIMITS.fileBytes + 1]) expect(fileLayout(size)).toBeUndefined()
    expect(fileLayout(LIMITS.fileBytes)).toBeDefined()
    for (const index of [-1, 1, 0.5, Number.NaN]) expect(chunkPlace(layoutOf(5), index)).toBeUndefined()
  })
})

describe('a sealed file', () => {
  const key = chunkKeyOf(SODIUM, new Uint8Array(32).fill(9))

  it('is opened chunk by chunk, in any order, by either provider', () => {
    for (const size of [0, 1, 4_000, CHUNK_BYTES, CHUNK_BYTES + 1, 5 * CHUNK_BYTES - 7]) {
      const layout = layoutOf(size)
      const sealed = PROVIDERS.map((primitives) => sealedFile(primitives, key, layout))
      expect(sealed[0]).toEqual(sealed[1])
      const opened = (sealed[0] ?? []).map((chunk, index) => ({ index, bytes: openChunk(SODIUM, key, layout, index, chunk) })).toReversed()
      for (const { index, bytes } of opened)
        expect(bytes).toEqual(bytesFrom(chunkPlace(layout, index)?.fileOffset ?? 0, chunkPlace(layout, index)?.fileBytes ?? 0))
    }
  })

  it('has the same bytes as ever', () => {
    const layout = layoutOf(CHUNK_BYTES + 3)
    const hashing = chunkHashing(SODIUM)
    const root = rootOf(hashing, sealedFile(SODIUM, key, layout).map(hashing.leaf))
    // Computed by another program in another language, from the rules of PROTOCOL §14.
    expect(toBase64url(root)).toBe('5DU3Fl9f99aWDxow0zNdEPoHUqZ1GrhBvc-U3v12CFI')
  })

  it('does not open where a chunk is moved, damaged, cut, of another file, or the end of a longer one', () => {
    const layout = layoutOf(3 * CHUNK_BYTES + 100)
    const chunks = sealedFile(SODIUM, key, layout)
    const [first = new Uint8Array(), second = new Uint8Array()] = chunks
    const fails = (index: number, chunk: Uint8Array, by = layout, under = key): void => expect(openChunk(SODIUM, under, by, index, chunk)).toBeUndefined()
    fails(1, first)
    fails(0, second)
    fails(0, first.with(0, (first[0] ?? 0) ^ 1))
    fails(0, first.with(first.length - 1, (first.at(-1) ?? 0) ^ 0x80))
    fails(0, first.slice(0, -1))
    fails(0, new Uint8Array())
    fails(0, first, layout, chunkKeyOf(SODIUM, new Uint8Array(32).fill(8)))
    // Said to be a file that ends with its first or second chunk.
    const shorter = layoutOf(CHUNK_BYTES)
    expect(shorter.sealedBytes).toBe(LIMITS.blobChunkBytes)
    fails(0, first, shorter)
    const last = chunks.at(-1) ?? new Uint8Array()
    fails(1, last, { ...layoutOf(2 * CHUNK_BYTES), sealedBytes: LIMITS.blobChunkBytes + last.length })
  })

  it('does not open where something stands behind the file’s end', () => {
    const layout = layoutOf(100)
    const padded = new Uint8Array(layout.sealedBytes - 16)
    const nonce = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)
    const seal = (bytes: Uint8Array): Uint8Array => SODIUM.chacha20Poly1305.seal(key, nonce, bytes, new Uint8Array())
    expect(openChunk(SODIUM, key, layout, 0, seal(padded))).toEqual(new Uint8Array(100))
    expect(openChunk(SODIUM, key, layout, 0, seal(padded.with(99, 1)))).toEqual(new Uint8Array(100).with(99, 1))
    expect(openChunk(SODIUM, key, layout, 0, seal(padded.with(100, 1)))).toBeUndefined()
  })

  it('takes exactly the file’s bytes, and no chunk that the file does not have', () => {
    const layout = layoutOf(100)
    expect(() => sealChunk(SODIUM, key, layout, 0, new Uint8Array(99))).toThrow(RangeError)
    expect(() => sealChunk(SODIUM, key, layout, 1, new Uint8Array(0))).toThrow(RangeError)
    expect(() => openChunk(SODIUM, key, layout, 1, new Uint8Array(0))).toThrow(RangeError)
  })
})
