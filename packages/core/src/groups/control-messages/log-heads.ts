import { boolean, type FieldsOf, groupId, LIMITS, list, operationId, struct } from '@sotto/wire'
import type { ControlMessageKind } from '../../sessions/control-message.ts'

/** These are my heads of the log and some earlier operations (`earlierOperations`): send me what I lack, and ask for what you lack. */
export const logHeads = {
  kind: 'logHeads',
  number: 14,
  // Also from a removed device that has not learned of its removal, and from one whose admission was filtered.
  saidBy: 'everNamed',
  beforeKnown: 'dropped',
  fields: struct({
    group: groupId,
    isAnswer: boolean,
    heads: list(operationId, LIMITS.operationParents),
    earlier: list(operationId, LIMITS.earlierOperations),
  }),
} as const satisfies ControlMessageKind

export type LogHeads = FieldsOf<typeof logHeads>
