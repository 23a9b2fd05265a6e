import { createNoblePrimitives, type Primitives } from '@sotto/crypto/primitives'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chunkHashing } from './chunk-hashing.ts'
import { isProven, proofLength, proofOf, rootBuilder, rootOf, type TreeHashing } from './merkle-tree.ts'

const { sha256 }: Pick<Primitives, 'sha256'> = createNoblePrimitives()
const hex = (text: string): Uint8Array => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
const toHex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
/** With the prefixes of RFC 9162 in place of labels. */
const OF_RFC: TreeHashing = { leaf: (bytes) => sha256(Uint8Array.of(0), bytes), node: (left, right) => sha256(Uint8Array.of(1), left, right) }

describe('the tree of RFC 9162, §2.1', () => {
  /** Leaves and roots of the test of Certificate Transparency's own reference implementation. */
  const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map(hex)
  const ROOTS = [
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ]

  it.each(ROOTS.map((root, i) => [i + 1, root] as const))('has the known root over %i leaves', (count, root) => {
    const hashes = LEAVES.slice(0, count).map(OF_RFC.leaf)
    expect(toHex(rootOf(OF_RFC, hashes))).toBe(root)
    for (const [index, hash] of hashes.entries()) expect(isProven(OF_RFC, hex(root), { count, index }, hash, proofOf(OF_RFC, hashes, index))).toBe(true)
  })
})

describe('a proof', () => {
  const hashing = chunkHashing({ sha256 })
  const leaves = (count: number, seed: number): readonly Uint8Array[] => Array.from({ length: count }, (_, i) => hashing.leaf(Uint8Array.of(seed, i, i >> 8)))

  it('proves its leaf and no other, in its place and no other, among that many and no other number', () => {
    const shape = fc.integer({ min: 1, max: 70 }).chain((count) => fc.record({ count: fc.constant(count), index: fc.nat({ max: count - 1 }) }))
    fc.assert(
      fc.property(shape, fc.nat({ max: 255 }), fc.nat({ max: 80 }), fc.nat({ max: 90 }), ({ count, index }, seed, otherIndex, otherCount) => {
        const hashes = leaves(count, seed)
        const root = rootOf(hashing, hashes)
        const proof = proofOf(hashing, hashes, index)
        const hash = hashes[index] ?? new Uint8Array()
        expect(proof).toHaveLength(proofLength(count, index))
        expect(isProven(hashing, root, { count, index }, hash, proof)).toBe(true)
        expect(isProven(hashing, root, { count, index }, hashing.leaf(Uint8Array.of(1)), proof)).toBe(false)
        expect(isProven(hashing, hash, { count, index }, hash, proof)).toBe(count === 1)
        if (otherIndex !== index) expect(isProven(hashing, root, { count, index: otherIndex }, hash, proof)).toBe(false)
        // The number of chunks stands in the descriptor beside the root, and a proof may not say another.
        if (proofLength(otherCount, index) !== proof.length) expect(isProven(hashing, root, { count: otherCount, index }, hash, proof)).toBe(false)
        for (const i of proof.keys()) expect(isProven(hashing, root, { count, index }, hash, proof.with(i, hashing.leaf(Uint8Array.of(2))))).toBe(false)
        expect(isProven(hashing, root, { count, index }, hash, [...proof, root])).toBe(false)
        expect(isProven(hashing, root, { count, index }, hash, proof.slice(1))).toBe(proof.length === 0)
      }),
    )
  })

  it('has a length without a count or a place that is none', () => {
    const hashes = leaves(3, 0)
    const root = rootOf(hashing, hashes)
    for (const [count, index] of [
      [0, 0],
      [3, -1],
      [3, 3],
      [3.5, 1],
      [Number.NaN, 0],
      [3, 0.5],
    ] as const)
      expect(isProven(hashing, root, { count, index }, hashes[0] ?? root, proofOf(hashing, hashes, 0))).toBe(false)
    expect(() => proofOf(hashing, hashes, 3)).toThrow(RangeError)
    expect(() => rootBuilder(hashing).root()).toThrow(RangeError)
  })

  it('does not let a node pass for a chunk', () => {
    const hashes = leaves(4, 7)
    const root = rootOf(hashing, hashes)
    const [left, right] = [rootOf(hashing, hashes.slice(0, 2)), rootOf(hashing, hashes.slice(2))]
    // The two nodes below the root as if they were the sealed bytes of two chunks.
    expect(rootOf(hashing, [left, right])).toEqual(root)
    expect(isProven(hashing, root, { count: 4, index: 0 }, left, [right])).toBe(false)
    expect(hashing.leaf(new Uint8Array([...left, ...right]))).not.toEqual(root)
  })

  it('is as long as the tree is high: 17 hashes for 4 GiB', () => {
    expect(Math.max(...[0, 1, 35_000, 71_302, 71_303].map((index) => proofLength(71_304, index)))).toBe(17)
  })
})
