import { struct } from '@sotto/wire'
import type { PeerFrameKind } from '../../links/peer-frame.ts'

/** Asks for prekeys of the device itself, which no relay can hand out old. They name the device: only for whoever shares a group with it. */
export const preKeysWanted = {
  kind: 'preKeysWanted',
  number: 8,
  needsProofOf: 'anyEpoch',
  fields: struct({}),
} as const satisfies PeerFrameKind
