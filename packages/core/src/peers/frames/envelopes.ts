import { epochId, type FieldsOf, LIMITS, list, struct, varBytes } from '@sotto/wire'
import type { PeerFrameKind } from '../../links/peer-frame.ts'

/** Envelopes of an epoch. */
export const envelopes = {
  kind: 'envelopes',
  number: 5,
  needsProofOf: 'itsEpoch',
  fields: struct({ epoch: epochId, envelopes: list(varBytes(LIMITS.recordBytes), LIMITS.envelopesPerFrame) }),
} as const satisfies PeerFrameKind

export type Envelopes = FieldsOf<typeof envelopes>
