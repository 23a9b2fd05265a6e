import { struct } from '@sotto/wire'
import type { PeerFrameKind } from '../../links/peer-frame.ts'

/** Asks a device for its own prekeys, since a relay may hand out old ones. Prekeys name the device: only a peer that shares a group gets them. */
export const preKeysWanted = {
  kind: 'preKeysWanted',
  number: 8,
  needsProofOf: 'anyEpoch',
  fields: struct({}),
} as const satisfies PeerFrameKind
