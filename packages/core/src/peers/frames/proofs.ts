import { type FieldsOf, fixedBytes, LIMITS, list, struct } from '@sotto/wire'
import type { PeerFrameKind } from '../../links/peer-frame.ts'

/** One MAC per epoch that the sender is in, among random ones, in random order. */
export const proofs = {
  kind: 'proofs',
  number: 2,
  needsProofOf: 'nothing',
  fields: struct({ proofs: list(fixedBytes(32), LIMITS.epochProofs) }),
} as const satisfies PeerFrameKind

export type Proofs = FieldsOf<typeof proofs>
