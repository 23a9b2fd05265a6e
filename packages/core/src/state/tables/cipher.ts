/** Rows that any group cipher has: what was received, and what waits to be opened. Each cipher has its own rows beside these. */
import { type Decoded, deviceId, epochId, LIMITS, ranges, struct, uint16, uint48, varBytes, word } from '@sotto/wire'
import { durable, volatile } from '../table.ts'

/** Iterations that we have, as an envelope kept for others or as content. Key: group, epoch, device, key id. */
export const RECEIVED = durable('received', ranges, { scope: 'epoch', owner: 'cipher', outlasts: 'membership' })

/** What was sealed before we were admitted, according to the admitting device's received sets. Key: group, epoch, device, key id, admission. */
export const SEALED_BEFORE = durable('sealedBefore', ranges, { scope: 'epoch', owner: 'cipher' })

/** Envelopes from unknown senders: their tag names no device yet. Key: group, envelope hash. */
export const UNKNOWN_SENDER = durable('unknownSender', struct({ epoch: epochId, envelope: varBytes(LIMITS.recordBytes), atMs: uint48 }), {
  scope: 'group',
  owner: 'cipher',
})

const undecryptable = struct({
  epoch: epochId,
  device: deviceId,
  keyId: uint16,
  iteration: uint16,
  envelope: varBytes(LIMITS.recordBytes),
  atMs: uint48,
  /** What it waits for. Some causes are final: it then waits for nothing. */
  cause: word(['keyNotYetReceived', 'senderUnreachable', 'removedBeforeItWasSent', 'keyDestroyed', 'damaged', 'fromBeforeYouJoined', 'operationsMissing']),
})

export type Undecryptable = Decoded<typeof undecryptable>

/** Envelopes that cannot be opened yet. Key: group, envelope hash. */
export const UNDECRYPTABLE = durable('undecryptable', undecryptable, { scope: 'group', owner: 'cipher' })

/** How many undecryptable envelopes of a device are kept, and their bytes. */
export interface UndecryptableSize {
  readonly places: number
  readonly bytes: number
}

/** Where the undecryptable envelopes are. Key: group, device, epoch, key id, envelope hash. Kept with the next table by `cipher/undecryptable.ts`. */
export const UNDECRYPTABLE_UNDER = volatile<true>('undecryptableUnder', { scope: 'group', owner: 'cipher' })

/** Key: group, device. */
export const UNDECRYPTABLE_SIZE = volatile<UndecryptableSize>('undecryptableSize', { scope: 'group', owner: 'cipher' })
