import { type FieldsOf, fixedBytes, struct } from '@sotto/wire'
import type { PeerFrameKind } from '../peer-frame.ts'

/** Opens a connection: its nonce is what the proofs on this connection are about. */
export const hello = {
  kind: 'hello',
  number: 1,
  needsProofOf: 'nothing',
  fields: struct({ nonce: fixedBytes(32) }),
} as const satisfies PeerFrameKind

export type Hello = FieldsOf<typeof hello>
