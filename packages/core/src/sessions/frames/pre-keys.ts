import { preKeyBundle, struct } from '@sotto/wire'
import type { PeerFrameKind } from '../../links/peer-frame.ts'

/** Prekeys of the device itself, which were wanted. */
export const preKeys = {
  kind: 'preKeys',
  number: 9,
  needsProofOf: 'nothing',
  fields: struct({ bundle: preKeyBundle }),
} as const satisfies PeerFrameKind
