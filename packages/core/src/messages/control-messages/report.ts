import { accountId, type FieldsOf, groupId, LIMITS, messageId, struct, text } from '@sotto/wire'
import type { ControlMessageKind } from '../../sessions/control-message.ts'

/** To the admins alone: I find that this message, which its author said in the group, should not stay as it is. `words`: why. */
export const report = {
  kind: 'report',
  number: 20,
  saidBy: 'member',
  beforeKnown: 'waits',
  fields: struct({ group: groupId, message: messageId, author: accountId, text: text(LIMITS.textBytes), words: text(LIMITS.reportWordsBytes) }),
} as const satisfies ControlMessageKind

export type ReportMessage = FieldsOf<typeof report>
