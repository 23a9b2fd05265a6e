/**
 * How chunks lie in a store: each sealed chunk with its proof behind it, at a place that follows from its number. So who has a chunk
 * passes it on as it came, and nobody needs all hashes of a file.
 */
import { LIMITS } from '@sotto/wire'
import { chunkPlace, type FileLayout } from './layout.ts'
import { proofLength } from './merkle-tree.ts'

const HASH_BYTES = 32

export interface RecordPlace {
  /** Where it begins in the store's file. */
  readonly offset: number
  readonly sealedBytes: number
  /** Of the sealed chunk and its proof. */
  readonly length: number
}

/** Throws for a chunk that the file does not have. */
export function recordPlace(layout: FileLayout, index: number): RecordPlace {
  const place = chunkPlace(layout, index)
  if (place === undefined) throw new RangeError(`chunk ${index} of ${layout.chunks}`)
  // The first leaf is as deep as any.
  const stride = LIMITS.blobChunkBytes + HASH_BYTES * proofLength(layout.chunks, 0)
  return { offset: index * stride, sealedBytes: place.sealedBytes, length: place.sealedBytes + HASH_BYTES * proofLength(layout.chunks, index) }
}

/** How long a store's file is that holds all of a file: to the end of its last record. */
export function storedBytes(layout: FileLayout): number {
  const { offset, length } = recordPlace(layout, layout.chunks - 1)
  return offset + length
}

/** A record's sealed chunk and the hashes of its proof, which are parts of it; undefined: it has another length. */
export function readRecord(
  layout: FileLayout,
  index: number,
  record: Uint8Array,
): { readonly sealed: Uint8Array; readonly proof: readonly Uint8Array[] } | undefined {
  const { sealedBytes, length } = recordPlace(layout, index)
  if (record.length !== length) return undefined
  const proof: Uint8Array[] = []
  for (let at = sealedBytes; at < length; at += HASH_BYTES) proof.push(record.subarray(at, at + HASH_BYTES))
  return { sealed: record.subarray(0, sealedBytes), proof }
}
