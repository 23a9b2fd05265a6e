import { preKeyBundle, struct } from '@sotto/wire'
import type { PeerFrameKind } from '../../links/peer-frame.ts'

/** A device's own prekeys, in answer to `preKeysWanted`. */
export const preKeys = {
  kind: 'preKeys',
  number: 9,
  needsProofOf: 'nothing',
  fields: struct({ bundle: preKeyBundle }),
} as const satisfies PeerFrameKind
