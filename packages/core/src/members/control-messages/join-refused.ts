import { type FieldsOf, groupId, struct, word } from '@sotto/wire'
import type { ControlMessageKind } from '../../sessions/control-message.ts'

/** You are not let in, and why. It is one member’s word, and ends only a wait. */
export const joinRefused = {
  kind: 'joinRefused',
  number: 11,
  saidBy: 'anyone',
  fields: struct({ group: groupId, reason: word(['expired', 'spent', 'closed', 'foreign']) }),
} as const satisfies ControlMessageKind

export type JoinRefused = FieldsOf<typeof joinRefused>
