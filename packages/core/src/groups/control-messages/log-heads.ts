import { boolean, type FieldsOf, groupId, LIMITS, list, operationId, struct } from '@sotto/wire'
import type { ControlMessageKind } from '../../sessions/control-message.ts'

/** I have these heads of the log: send what I lack, and ask for what you lack. */
export const logHeads = {
  kind: 'logHeads',
  number: 14,
  // Also of a device that was removed and does not know it.
  saidBy: 'everMember',
  beforeKnown: 'dropped',
  fields: struct({ group: groupId, isAnswer: boolean, heads: list(operationId, LIMITS.operationParents) }),
} as const satisfies ControlMessageKind

export type LogHeads = FieldsOf<typeof logHeads>
