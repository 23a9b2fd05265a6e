import { type FieldsOf, groupId, LIMITS, struct, text } from '@sotto/wire'
import type { ControlMessageKind } from '../../sessions/control-message.ts'

/** Let us talk alone: an invite into a group that I made for the two of us. `group`: one that we share. */
export const directChat = {
  kind: 'directChat',
  number: 19,
  saidBy: 'member',
  beforeKnown: 'dropped',
  fields: struct({ group: groupId, invite: text(LIMITS.inviteTextBytes) }),
} as const satisfies ControlMessageKind

export type DirectChatMessage = FieldsOf<typeof directChat>
