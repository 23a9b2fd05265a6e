import { epochId, type FieldsOf, fixedBytes, groupId, LIMITS, list, ranges, struct, uint16, varBytes } from '@sotto/wire'
import type { ControlMessageKind } from '../../../sessions/control-message.ts'

/** A message of the sender's once more: its envelope, and what opens that and nothing else. */
export const resentMessage = struct({
  iteration: uint16,
  messageKey: fixedBytes(32),
  contextHash: fixedBytes(32),
  senderTag: fixedBytes(4),
  envelope: varBytes(LIMITS.recordBytes),
})

/** Messages whose envelopes the asking device could not open or never had. */
export const resend = {
  kind: 'resend',
  number: 9,
  saidBy: 'member',
  beforeKnown: 'waits',
  fields: struct({
    group: groupId,
    epoch: epochId,
    keyId: uint16,
    messages: list(resentMessage, LIMITS.resendsPerLetter),
    /** Iterations that were asked for and never meant for that device. */
    refused: ranges,
    /** Iterations that were asked for and are no longer here. */
    gone: ranges,
  }),
} as const satisfies ControlMessageKind

export type Resend = FieldsOf<typeof resend>
