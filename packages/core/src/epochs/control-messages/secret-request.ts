import { type FieldsOf, groupId, operationId, struct } from '@sotto/wire'
import type { ControlMessageKind } from '../../sessions/control-message.ts'

/** I lack the secret of this operation. */
export const secretRequest = {
  kind: 'secretRequest',
  number: 5,
  saidBy: 'member',
  beforeKnown: 'waits',
  fields: struct({ group: groupId, operation: operationId }),
} as const satisfies ControlMessageKind

export type SecretRequest = FieldsOf<typeof secretRequest>
