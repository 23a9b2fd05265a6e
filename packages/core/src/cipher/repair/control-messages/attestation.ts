import { deviceId, epochId, type FieldsOf, groupId, ranges, struct, uint16 } from '@sotto/wire'
import type { ControlMessageKind } from '../../../sessions/control-message.ts'

/** I had opened these before I learned of the removal. */
export const attestation = {
  kind: 'attestation',
  number: 13,
  saidBy: 'member',
  beforeKnown: 'waits',
  fields: struct({ group: groupId, epoch: epochId, keyId: uint16, device: deviceId, iterations: ranges }),
} as const satisfies ControlMessageKind

export type Attestation = FieldsOf<typeof attestation>
