import { epochId, type FieldsOf, groupId, ranges, struct, uint16 } from '@sotto/wire'
import type { ControlMessageKind } from '../../../sessions/control-message.ts'

/** What was asked for and will not come. */
export const pairwiseMissing = {
  kind: 'pairwiseMissing',
  number: 18,
  saidBy: 'member',
  beforeKnown: 'waits',
  fields: struct({
    group: groupId,
    epoch: epochId,
    keyId: uint16,
    /** Never meant for that device. */
    refused: ranges,
    /** No longer here. */
    gone: ranges,
  }),
} as const satisfies ControlMessageKind

export type PairwiseMissing = FieldsOf<typeof pairwiseMissing>
