import { envelopeHash, epochId, type FieldsOf, LIMITS, list, struct } from '@sotto/wire'
import type { PeerFrameKind } from '../../links/peer-frame.ts'

/** I have these envelopes now: their author may show them as sent. */
export const received = {
  kind: 'received',
  number: 7,
  needsProofOf: 'itsEpoch',
  fields: struct({ epoch: epochId, envelopes: list(envelopeHash, LIMITS.envelopesPerFrame) }),
} as const satisfies PeerFrameKind

export type Received = FieldsOf<typeof received>
