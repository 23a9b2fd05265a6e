import { type FieldsOf, groupId, optional, struct, text } from '@sotto/wire'
import type { ControlMessageKind } from '../../sessions/control-message.ts'

/** A new member asks for what was said before it came. `beyond`: from there on, as the answering device said last; null: the newest. */
export const earlierRequest = {
  kind: 'earlierRequest',
  number: 22,
  saidBy: 'member',
  beforeKnown: 'waits',
  fields: struct({ group: groupId, beyond: optional(text(96)) }),
} as const satisfies ControlMessageKind

export type EarlierRequest = FieldsOf<typeof earlierRequest>
