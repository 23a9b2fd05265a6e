import { type FieldsOf, groupId, LIMITS, list, operation, struct } from '@sotto/wire'
import type { ControlMessageKind } from '../../sessions/control-message.ts'

/** Operations of the log. Their authors signed them, so any device may bring them. */
export const operations = {
  kind: 'operations',
  number: 3,
  saidBy: 'anyone',
  fields: struct({ group: groupId, operations: list(operation, LIMITS.operationsPerLetter) }),
} as const satisfies ControlMessageKind

export type Operations = FieldsOf<typeof operations>
