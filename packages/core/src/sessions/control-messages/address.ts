import { inboxAddress, struct } from '@sotto/wire'
import type { ControlMessageKind } from '../control-message.ts'

/** Use this address of my inbox from now on: its send capability is yours alone. */
export const address = {
  kind: 'address',
  number: 1,
  saidBy: 'anyone',
  fields: struct({ address: inboxAddress }),
} as const satisfies ControlMessageKind
