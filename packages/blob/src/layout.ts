/**
 * How a file is cut (PROTOCOL §14.1). All sealed chunks but the last have one length; the last is shorter or the same. The sum of the
 * sealed lengths is on the ladder, so that a relay or a member with the chunks learns a file’s size to within 12 %. What is missing from the
 * file up to there is zeros, which may fill whole chunks at the end.
 */
import { LIMITS, ladderLength } from '@sotto/wire'

/** The tag that seals a chunk (ChaCha20-Poly1305). */
const TAG_BYTES = 16

/** Plaintext bytes of every chunk but the last. */
export const CHUNK_BYTES = LIMITS.blobChunkBytes - TAG_BYTES

export interface FileLayout {
  /** Bytes of the file itself. */
  readonly sizeBytes: number
  readonly chunks: number
  /** Sum of the sealed lengths: on the ladder. */
  readonly sealedBytes: number
}

/** `undefined` for a size that no file has: above the largest, negative or no integer. */
export function fileLayout(sizeBytes: number): FileLayout | undefined {
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0 || sizeBytes > LIMITS.fileBytes) return undefined
  const needed = Math.max(1, Math.ceil(sizeBytes / CHUNK_BYTES))
  const sealedBytes = ladderLength(sizeBytes + needed * TAG_BYTES)
  return { sizeBytes, chunks: Math.ceil(sealedBytes / LIMITS.blobChunkBytes), sealedBytes }
}

/** Where a chunk lies: its place and length among the sealed bytes, and the part of the file that is in it. */
export interface ChunkPlace {
  readonly isLast: boolean
  readonly sealedOffset: number
  readonly sealedBytes: number
  readonly fileOffset: number
  /** Bytes of the file; the rest of the chunk is zeros. 0: nothing but zeros. */
  readonly fileBytes: number
}

/** The place of chunk `index`, counted from 0; `undefined` if the file has no such chunk. */
export function chunkPlace(layout: FileLayout, index: number): ChunkPlace | undefined {
  if (!Number.isSafeInteger(index) || index < 0 || index >= layout.chunks) return undefined
  const isLast = index === layout.chunks - 1
  const sealedOffset = index * LIMITS.blobChunkBytes
  const sealedBytes = isLast ? layout.sealedBytes - sealedOffset : LIMITS.blobChunkBytes
  const fileOffset = Math.min(layout.sizeBytes, index * CHUNK_BYTES)
  return { isLast, sealedOffset, sealedBytes, fileOffset, fileBytes: Math.min(layout.sizeBytes - fileOffset, sealedBytes - TAG_BYTES) }
}

/** The first and the last chunk that have bytes of `[fromByte, toByte)` of the file; `undefined` where it has none there. */
export function chunksOf({ sizeBytes }: FileLayout, fromByte: number, toByte: number): { readonly first: number; readonly last: number } | undefined {
  const [from, to] = [Math.max(0, fromByte), Math.min(sizeBytes, toByte)]
  return from >= to ? undefined : { first: Math.floor(from / CHUNK_BYTES), last: Math.floor((to - 1) / CHUNK_BYTES) }
}
