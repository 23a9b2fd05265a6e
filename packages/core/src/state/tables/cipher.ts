/** Rows that any group cipher has: what was received, and what waits to be opened. Each cipher has its own rows beside these. */
import { type Decoded, deviceId, epochId, LIMITS, ranges, struct, uint16, uint48, varBytes, word } from '@sotto/wire'
import { durable, volatile } from '../table.ts'

/** Iterations that we hold: envelope kept for others, or content. Key: group, epoch, device, generation. */
export const RECEIVED = durable('received', ranges, { scope: 'epoch', owner: 'cipher', outlasts: 'membership' })

/** What was sealed before we were admitted, by what whoever admitted us had then. Key: group, epoch, device, generation, admission. */
export const SEALED_BEFORE = durable('sealedBefore', ranges, { scope: 'epoch', owner: 'cipher' })

/** Envelopes whose sender's tag names nobody yet. Key: group, envelope hash. */
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
  /** What it waits for; an end state is one that nothing waits for. */
  cause: word(['keyNotYetReceived', 'senderUnreachable', 'removedBeforeItWasSent', 'keyDestroyed', 'damaged', 'fromBeforeYouJoined', 'operationsMissing']),
})

export type Undecryptable = Decoded<typeof undecryptable>

/** Envelopes that cannot be opened yet. Key: group, envelope hash. */
export const UNDECRYPTABLE = durable('undecryptable', undecryptable, { scope: 'group', owner: 'cipher' })

/** What a device takes of the places for parked envelopes, and of the bytes. */
export interface UndecryptableSize {
  readonly places: number
  readonly bytes: number
}

/** Where the parked envelopes are. Key: group, device, epoch, generation, envelope hash. With the next: `cipher/undecryptable.ts`. */
export const UNDECRYPTABLE_UNDER = volatile<true>('undecryptableUnder', { scope: 'group', owner: 'cipher' })

/** Key: group, device. */
export const UNDECRYPTABLE_SIZE = volatile<UndecryptableSize>('undecryptableSize', { scope: 'group', owner: 'cipher' })
