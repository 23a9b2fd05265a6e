import { boolean, deviceId, epochId, type FieldsOf, LIMITS, list, operationId, receivedSet, struct } from '@sotto/wire'
import type { PeerFrameKind } from '../../links/peer-frame.ts'

/**
 * What I have under the keys of an epoch, for the devices between `from` and `to`, both included. The other side sends what I
 * lack, and its own `have`s unless mine answer one. One or more together cover all devices, ascending.
 */
export const have = {
  kind: 'have',
  number: 4,
  needsProofOf: 'itsEpoch',
  fields: struct({
    epoch: epochId,
    isAnswer: boolean,
    heads: list(operationId, LIMITS.operationParents),
    earlier: list(operationId, LIMITS.earlierOperations),
    from: deviceId,
    to: deviceId,
    received: list(receivedSet, LIMITS.receivedSets),
  }),
} as const satisfies PeerFrameKind

export type Have = FieldsOf<typeof have>
