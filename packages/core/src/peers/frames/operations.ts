import { epochId, type FieldsOf, LIMITS, list, struct, varBytes } from '@sotto/wire'
import type { PeerFrameKind } from '../../links/peer-frame.ts'

/** Operations, each sealed under the epoch’s operations key. */
export const operations = {
  kind: 'operations',
  number: 6,
  needsProofOf: 'itsEpoch',
  fields: struct({ epoch: epochId, records: list(varBytes(LIMITS.recordBytes), LIMITS.operationsPerLetter) }),
} as const satisfies PeerFrameKind

export type OperationRecords = FieldsOf<typeof operations>
