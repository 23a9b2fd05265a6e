import { LIMITS, struct, varBytes } from '@sotto/wire'
import type { PeerFrameKind } from '../../links/peer-frame.ts'

/** A sealed letter for the device on this connection. Its session proves who wrote it. */
export const letter = {
  kind: 'letter',
  number: 3,
  needsProofOf: 'nothing',
  fields: struct({ record: varBytes(LIMITS.recordBytes) }),
} as const satisfies PeerFrameKind
