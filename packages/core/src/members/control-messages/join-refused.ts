import { type FieldsOf, groupId, struct, word } from '@sotto/wire'
import type { ControlMessageKind } from '../../sessions/control-message.ts'

/** You are not admitted, and why. This is one member’s claim and only ends the wait. */
export const joinRefused = {
  kind: 'joinRefused',
  number: 11,
  saidBy: 'anyone',
  fields: struct({ group: groupId, reason: word(['expired', 'spent', 'closed', 'foreign', 'full']) }),
} as const satisfies ControlMessageKind

export type JoinRefused = FieldsOf<typeof joinRefused>
