import { FILE_NAME_BYTES } from '@sotto/blob'
import { epochId, type FieldsOf, fixedBytes, LIMITS, struct, varBytes } from '@sotto/wire'
import type { PeerFrameKind } from '../../links/peer-frame.ts'

/** The chunks that I have of a file: a bit for each. Those that were asked for and are not among them do not come. */
export const fileHeld = {
  kind: 'fileHeld',
  number: 11,
  needsProofOf: 'itsEpoch',
  fields: struct({ epoch: epochId, file: fixedBytes(FILE_NAME_BYTES), chunks: varBytes(Math.ceil(LIMITS.fileChunks / 8)) }),
} as const satisfies PeerFrameKind

export type FileHeld = FieldsOf<typeof fileHeld>
