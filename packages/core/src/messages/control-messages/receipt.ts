import { type FieldsOf, groupId, LIMITS, list, messageId, struct } from '@sotto/wire'
import type { ControlMessageKind } from '../../sessions/control-message.ts'

/** I have opened these of your messages. */
export const receipt = {
  kind: 'receipt',
  number: 10,
  saidBy: 'member',
  beforeKnown: 'waits',
  fields: struct({ group: groupId, messages: list(messageId, LIMITS.receiptsPerLetter) }),
} as const satisfies ControlMessageKind

export type Receipt = FieldsOf<typeof receipt>
