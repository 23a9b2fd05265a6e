import { type FieldsOf, groupId, LIMITS, list, optional, struct, text } from '@sotto/wire'
import type { ControlMessageKind } from '../../sessions/control-message.ts'
import { passedOn } from '../../state/tables/earlier.ts'

/** What was said before a new member came, the newest first. `next`: what it sends to hear more; null: that is all. */
export const earlierPage = {
  kind: 'earlierPage',
  number: 23,
  saidBy: 'member',
  beforeKnown: 'waits',
  fields: struct({ group: groupId, messages: list(passedOn, LIMITS.historyPage), next: optional(text(96)) }),
} as const satisfies ControlMessageKind

export type EarlierPage = FieldsOf<typeof earlierPage>
