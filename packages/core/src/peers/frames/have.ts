import { boolean, deviceId, epochId, type FieldsOf, heldKey, LIMITS, list, operationId, struct } from '@sotto/wire'
import type { PeerFrameKind } from '../../links/peer-frame.ts'

/**
 * What I have of an epoch's keys of the devices between `from` and `to`, both included; the other sends what I lack,
 * and its own `have`s if I did not just answer to one. One or more together cover all devices, ascending.
 */
export const have = {
  kind: 'have',
  number: 4,
  needsProofOf: 'itsEpoch',
  fields: struct({
    epoch: epochId,
    isAnswer: boolean,
    heads: list(operationId, LIMITS.operationParents),
    from: deviceId,
    to: deviceId,
    held: list(heldKey, LIMITS.heldKeys),
  }),
} as const satisfies PeerFrameKind

export type Have = FieldsOf<typeof have>
