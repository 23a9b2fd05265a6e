import { deviceId, epochId, type FieldsOf, groupId, ranges, struct, uint16 } from '@sotto/wire'
import type { ControlMessageKind } from '../../../sessions/control-message.ts'

/** Which of these iterations of a removed member’s key had you opened before you learned of the removal? */
export const attestationRequest = {
  kind: 'attestationRequest',
  number: 12,
  saidBy: 'member',
  beforeKnown: 'waits',
  fields: struct({ group: groupId, epoch: epochId, keyId: uint16, device: deviceId, iterations: ranges }),
} as const satisfies ControlMessageKind

export type AttestationRequest = FieldsOf<typeof attestationRequest>
