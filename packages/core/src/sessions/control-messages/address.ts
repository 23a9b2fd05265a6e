import { inboxAddress, struct } from '@sotto/wire'
import type { ControlMessageKind } from '../control-message.ts'

/** Write to me here from now on: a lane of my inbox that is yours alone. */
export const address = {
  kind: 'address',
  number: 1,
  saidBy: 'anyone',
  fields: struct({ address: inboxAddress }),
} as const satisfies ControlMessageKind
