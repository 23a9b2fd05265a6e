import { FILE_NAME_BYTES } from '@sotto/blob'
import { epochId, type FieldsOf, fixedBytes, struct } from '@sotto/wire'
import type { PeerFrameKind } from '../../links/peer-frame.ts'

/** I want this file, and know it. The other side says what it has of it, now and as more comes, if it knows it too. */
export const fileWanted = {
  kind: 'fileWanted',
  number: 10,
  needsProofOf: 'itsEpoch',
  fields: struct({ epoch: epochId, file: fixedBytes(FILE_NAME_BYTES), proof: fixedBytes(32) }),
} as const satisfies PeerFrameKind

export type FileWanted = FieldsOf<typeof fileWanted>
