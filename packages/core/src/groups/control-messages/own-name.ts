import { boolean, type FieldsOf, groupId, LIMITS, struct, text } from '@sotto/wire'
import { revisionNumber } from '../../identity/revision.ts'
import type { ControlMessageKind } from '../../sessions/control-message.ts'

/** This is what I call myself. `asks`: what do you call yourself? */
export const ownName = {
  kind: 'ownName',
  number: 21,
  saidBy: 'member',
  beforeKnown: 'waits',
  fields: struct({ group: groupId, name: text(LIMITS.nameBytes), nameRevision: revisionNumber, asks: boolean }),
} as const satisfies ControlMessageKind

export type OwnName = FieldsOf<typeof ownName>
