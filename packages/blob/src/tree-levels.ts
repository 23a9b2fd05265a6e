/**
 * A whole tree of hashes, level by level, for the one who seals a file: it writes a proof beside each chunk. A node without one beside
 * it goes up as it is, which makes the tree that `merkle-tree.ts` describes.
 */
import type { TreeHashing } from './merkle-tree.ts'

const HASH_BYTES = 32

/** The hashes of each level one after the other, the leaves first and the root last. */
export type TreeLevels = readonly Uint8Array[]

const hashAt = (level: Uint8Array, index: number): Uint8Array => level.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES)

/** `leaves`: the leaf hashes one after the other, 32 bytes each, at least one. */
export function treeLevels(hashing: Pick<TreeHashing, 'node'>, leaves: Uint8Array): TreeLevels {
  const levels = [leaves]
  for (let below = leaves; below.length > HASH_BYTES;) {
    const count = below.length / HASH_BYTES
    const level = new Uint8Array(Math.ceil(count / 2) * HASH_BYTES)
    for (let i = 0; i < count; i += 2) {
      const left = hashAt(below, i)
      level.set(i + 1 < count ? hashing.node(left, hashAt(below, i + 1)) : left, (i / 2) * HASH_BYTES)
    }
    levels.push(level)
    below = level
  }
  return levels
}

export const rootIn = (levels: TreeLevels): Uint8Array => (levels.at(-1) ?? new Uint8Array()).slice()

/** The proof of a leaf, its hashes one after the other, the nearest first. */
export function proofIn(levels: TreeLevels, index: number): Uint8Array {
  const hashes: Uint8Array[] = []
  let at = index
  for (const level of levels.slice(0, -1)) {
    const beside = hashAt(level, at % 2 === 0 ? at + 1 : at - 1)
    if (beside.length > 0) hashes.push(beside)
    at = Math.floor(at / 2)
  }
  const proof = new Uint8Array(hashes.length * HASH_BYTES)
  for (const [i, hash] of hashes.entries()) proof.set(hash, i * HASH_BYTES)
  return proof
}
