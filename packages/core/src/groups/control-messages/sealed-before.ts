import { epochId, type FieldsOf, groupId, LIMITS, list, operationId, receivedSet, struct } from '@sotto/wire'
import type { ControlMessageKind } from '../../sessions/control-message.ts'

/** What I had of this epoch when I signed your admission. Its authors could not know you when they sealed it. */
export const sealedBefore = {
  kind: 'sealedBefore',
  number: 15,
  saidBy: 'member',
  beforeKnown: 'waits',
  fields: struct({ group: groupId, admission: operationId, epoch: epochId, received: list(receivedSet, LIMITS.sealedBeforeKeys) }),
} as const satisfies ControlMessageKind

export type SealedBefore = FieldsOf<typeof sealedBefore>
