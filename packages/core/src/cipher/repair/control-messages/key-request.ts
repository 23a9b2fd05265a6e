import { epochId, type FieldsOf, groupId, ranges, struct, uint16 } from '@sotto/wire'
import type { ControlMessageKind } from '../../../sessions/control-message.ts'

/** I have envelopes under your key that I cannot open: these iterations. */
export const keyRequest = {
  kind: 'keyRequest',
  number: 8,
  saidBy: 'member',
  beforeKnown: 'waits',
  fields: struct({ group: groupId, epoch: epochId, keyId: uint16, iterations: ranges }),
} as const satisfies ControlMessageKind

export type KeyRequest = FieldsOf<typeof keyRequest>
