import { LIMITS, struct, varBytes } from '@sotto/wire'
import type { PeerFrameKind } from '../../links/peer-frame.ts'

/** A sealed letter for the device behind this connection. Its session says whose it is. */
export const letter = {
  kind: 'letter',
  number: 3,
  needsProofOf: 'nothing',
  fields: struct({ record: varBytes(LIMITS.recordBytes) }),
} as const satisfies PeerFrameKind
