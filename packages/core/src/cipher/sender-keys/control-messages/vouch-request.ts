import { deviceId, epochId, type FieldsOf, groupId, ranges, struct, uint16 } from '@sotto/wire'
import type { ControlMessageKind } from '../../../sessions/control-message.ts'

/** Which of these iterations of a removed member’s key had you opened before you learned of the removal? */
export const vouchRequest = {
  kind: 'vouchRequest',
  number: 12,
  saidBy: 'member',
  beforeKnown: 'waits',
  fields: struct({ group: groupId, epoch: epochId, generation: uint16, device: deviceId, iterations: ranges }),
} as const satisfies ControlMessageKind

export type VouchRequest = FieldsOf<typeof vouchRequest>
