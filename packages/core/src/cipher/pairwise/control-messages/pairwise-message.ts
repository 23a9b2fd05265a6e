import { deviceId, epochId, type FieldsOf, fixedBytes, groupId, LIMITS, list, operationId, struct, uint16, varBytes } from '@sotto/wire'
import type { ControlMessageKind } from '../../../sessions/control-message.ts'

/** What the sender was sent in the same epoch: a place, and what all copies of the message there should have in common. */
const sighting = struct({ device: deviceId, keyId: uint16, iteration: uint16, hash: fixedBytes(LIMITS.sightingBytes) })

/** The copy of a group message for one device. */
export const pairwiseMessage = {
  kind: 'pairwiseMessage',
  number: 16,
  saidBy: 'everMember',
  beforeKnown: 'waits',
  fields: struct({
    group: groupId,
    epoch: epochId,
    keyId: uint16,
    iteration: uint16,
    /** The first message under the key id that is meant for that device. */
    from: uint16,
    /** The sender's heads of the log, in every copy the same. */
    heads: list(operationId, LIMITS.operationParents),
    /** In every copy the same. */
    content: varBytes(LIMITS.recordBytes),
    sightings: list(sighting, LIMITS.sightingsTold),
  }),
} as const satisfies ControlMessageKind

export type PairwiseMessage = FieldsOf<typeof pairwiseMessage>
