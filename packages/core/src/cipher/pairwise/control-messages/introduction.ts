import { type FieldsOf, groupId, LIMITS, list, operationId, struct, text } from '@sotto/wire'
import { revisionNumber } from '../../../identity/revision.ts'
import type { ControlMessageKind } from '../../../sessions/control-message.ts'

/** I am here: what I call myself, the group's title, and my heads of its log. */
export const introduction = {
  kind: 'introduction',
  number: 17,
  saidBy: 'member',
  beforeKnown: 'waits',
  fields: struct({
    group: groupId,
    heads: list(operationId, LIMITS.operationParents),
    name: text(LIMITS.nameBytes),
    nameRevision: revisionNumber,
    title: text(LIMITS.nameBytes),
  }),
} as const satisfies ControlMessageKind

export type Introduction = FieldsOf<typeof introduction>
