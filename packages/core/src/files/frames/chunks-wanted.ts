import { FILE_NAME_BYTES } from '@sotto/blob'
import { epochId, type FieldsOf, fixedBytes, LIMITS, list, struct, uint32 } from '@sotto/wire'
import type { PeerFrameKind } from '../../links/peer-frame.ts'

/** Send me these chunks of a file. */
export const chunksWanted = {
  kind: 'chunksWanted',
  number: 12,
  needsProofOf: 'itsEpoch',
  fields: struct({ epoch: epochId, file: fixedBytes(FILE_NAME_BYTES), chunks: list(uint32, LIMITS.chunksAsked) }),
} as const satisfies PeerFrameKind

export type ChunksWanted = FieldsOf<typeof chunksWanted>
