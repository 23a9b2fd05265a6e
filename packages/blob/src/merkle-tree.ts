/**
 * The tree of hashes over the sealed chunks of a file, built as RFC 9162 (Certificate Transparency 2.0, §2.1) builds its own: the left
 * half of a tree is the largest power of two that is smaller than the whole. Leaves and nodes are hashed with labels of their own,
 * so that no node can be taken for a chunk. The root and the number of chunks are in the file's descriptor; each chunk is checked by
 * its proof before it is kept or passed on, also where it came from a member.
 */
import { equalBytes } from '@sotto/wire'

/** How leaves and nodes are hashed. */
export interface TreeHashing {
  readonly leaf: (bytes: Uint8Array) => Uint8Array
  readonly node: (left: Uint8Array, right: Uint8Array) => Uint8Array
}

/** The largest power of two below `count`, which is at least 2. */
function leftCount(count: number): number {
  let left = 1
  while (left * 2 < count) left *= 2
  return left
}

/** Builds a root from leaf hashes that come one after the other; keeps as many hashes as the tree is high. */
export interface RootBuilder {
  readonly add: (leafHash: Uint8Array) => void
  /** Throws without a leaf. */
  readonly root: () => Uint8Array
}

export function rootBuilder(hashing: TreeHashing): RootBuilder {
  // Roots of full subtrees, the largest first; a set bit of `count` for each.
  const full: Uint8Array[] = []
  let count = 0
  return {
    add: (leafHash) => {
      let hash = leafHash
      for (let carry = count; carry % 2 === 1; carry = Math.floor(carry / 2)) hash = hashing.node(full.pop() ?? hash, hash)
      full.push(hash)
      count++
    },
    root: () => {
      const last = full.at(-1)
      if (last === undefined) throw new RangeError('a tree has a leaf')
      return full.slice(0, -1).reduceRight((right, left) => hashing.node(left, right), last)
    },
  }
}

/** The root over some leaf hashes. Throws where there is none. */
export function rootOf(hashing: TreeHashing, leafHashes: readonly Uint8Array[]): Uint8Array {
  const builder = rootBuilder(hashing)
  for (const hash of leafHashes) builder.add(hash)
  return builder.root()
}

/** The hashes that lead from leaf `index` to the root, the nearest first (RFC 9162 §2.1.3.1). Throws for a leaf that is not there. */
export function proofOf(hashing: TreeHashing, leafHashes: readonly Uint8Array[], index: number): readonly Uint8Array[] {
  if (index < 0 || index >= leafHashes.length) throw new RangeError(`leaf ${index} of ${leafHashes.length}`)
  if (leafHashes.length === 1) return []
  const left = leftCount(leafHashes.length)
  const [lefts, rights] = [leafHashes.slice(0, left), leafHashes.slice(left)]
  return index < left ? [...proofOf(hashing, lefts, index), rootOf(hashing, rights)] : [...proofOf(hashing, rights, index - left), rootOf(hashing, lefts)]
}

/** How many hashes a proof of leaf `index` among `count` has. */
export function proofLength(count: number, index: number): number {
  let [left, at, length] = [count, index, 0]
  while (left > 1) {
    const half = leftCount(left)
    ;[left, at] = at < half ? [half, at] : [left - half, at - half]
    length++
  }
  return length
}

/** Whether `leafHash` is leaf `index` of the `count` leaves under a root. A proof of another length is none. */
export function isProven(
  hashing: TreeHashing,
  root: Uint8Array,
  { count, index }: { readonly count: number; readonly index: number },
  leafHash: Uint8Array,
  proof: readonly Uint8Array[],
): boolean {
  if (!Number.isSafeInteger(count) || !Number.isSafeInteger(index) || index < 0 || index >= count) return false
  if (proof.length !== proofLength(count, index)) return false
  return equalBytes(climb(hashing, count, index, leafHash, proof), root)
}

function climb(hashing: TreeHashing, count: number, index: number, leafHash: Uint8Array, proof: readonly Uint8Array[]): Uint8Array {
  const beside = proof.at(-1)
  if (beside === undefined) return leafHash
  const left = leftCount(count)
  const below = proof.slice(0, -1)
  return index < left
    ? hashing.node(climb(hashing, left, index, leafHash, below), beside)
    : hashing.node(beside, climb(hashing, count - left, index - left, leafHash, below))
}
