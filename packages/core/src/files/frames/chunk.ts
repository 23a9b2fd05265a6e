import { FILE_NAME_BYTES } from '@sotto/blob'
import { epochId, type FieldsOf, fixedBytes, LIMITS, list, struct, uint32, varBytes } from '@sotto/wire'
import type { PeerFrameKind } from '../../links/peer-frame.ts'

/** Hashes on the longest way from a chunk to the root: 2^17 chunks are more than any file has. */
const MOST_HASHES = 17

/** A sealed chunk, and the hashes that lead from it to the file's root. */
export const chunk = {
  kind: 'chunk',
  number: 13,
  needsProofOf: 'itsEpoch',
  fields: struct({
    epoch: epochId,
    file: fixedBytes(FILE_NAME_BYTES),
    number: uint32,
    sealed: varBytes(LIMITS.blobChunkBytes),
    proof: list(fixedBytes(32), MOST_HASHES),
  }),
} as const satisfies PeerFrameKind

export type Chunk = FieldsOf<typeof chunk>
