import { epochId, type FieldsOf, groupId, LIMITS, struct, text, varBytes } from '@sotto/wire'
import { revisionNumber } from '../../../identity/revision.ts'
import type { ControlMessageKind } from '../../../sessions/control-message.ts'

/** My sender key. `distribution` is a `senderKeyDistribution`; its owner is the device that this session is with. */
export const distribution = {
  kind: 'distribution',
  number: 6,
  // Also from a member that was removed while its key was on the way: the key opens what a remaining member attests.
  saidBy: 'everMember',
  beforeKnown: 'waits',
  carriesKey: true,
  fields: struct({
    group: groupId,
    epoch: epochId,
    distribution: varBytes(8_192),
    name: text(LIMITS.nameBytes),
    nameRevision: revisionNumber,
    title: text(LIMITS.nameBytes),
  }),
} as const satisfies ControlMessageKind

export type Distribution = FieldsOf<typeof distribution>
