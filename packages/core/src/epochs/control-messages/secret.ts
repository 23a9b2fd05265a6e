import { type FieldsOf, fixedBytes, groupId, operationId, struct } from '@sotto/wire'
import type { ControlMessageKind } from '../../sessions/control-message.ts'

/** The secret of a rekeying operation. Any device may bring it, since the operation commits to it. */
export const secret = {
  kind: 'secret',
  number: 4,
  saidBy: 'anyone',
  fields: struct({ group: groupId, operation: operationId, secret: fixedBytes(32) }),
} as const satisfies ControlMessageKind

export type Secret = FieldsOf<typeof secret>
