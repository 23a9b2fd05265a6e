import { envelopeHash, epochId, type FieldsOf, groupId, LIMITS, list, ranges, struct, uint16, varBytes } from '@sotto/wire'
import type { ControlMessageKind } from '../../../sessions/control-message.ts'

/** The contents of messages whose envelopes the asking device could not open, with the envelopes’ hashes. */
export const resend = {
  kind: 'resend',
  number: 9,
  saidBy: 'member',
  beforeKnown: 'waits',
  fields: struct({
    group: groupId,
    epoch: epochId,
    keyId: uint16,
    messages: list(struct({ iteration: uint16, envelope: envelopeHash, content: varBytes(LIMITS.recordBytes) }), LIMITS.resendsPerLetter),
    /** Iterations that were asked for and will not come: never meant for that device, or no longer there. */
    refused: ranges,
  }),
} as const satisfies ControlMessageKind

export type Resend = FieldsOf<typeof resend>
