import { epochId, type FieldsOf, groupId, struct, uint16 } from '@sotto/wire'
import type { ControlMessageKind } from '../../../sessions/control-message.ts'

/** I have your key with this key id. */
export const distributionAcknowledged = {
  kind: 'distributionAcknowledged',
  number: 7,
  saidBy: 'member',
  beforeKnown: 'waits',
  fields: struct({ group: groupId, epoch: epochId, keyId: uint16 }),
} as const satisfies ControlMessageKind

export type DistributionAcknowledged = FieldsOf<typeof distributionAcknowledged>
