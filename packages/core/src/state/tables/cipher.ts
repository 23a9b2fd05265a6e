/** Rows that any group cipher has: what was received, and what waits to be opened. Each cipher has its own rows beside these. */
import { type Decoded, deviceId, epochId, LIMITS, ranges, struct, uint16, uint48, varBytes, word } from '@sotto/wire'
import { durable, volatile } from '../table.ts'

/** Iterations that we hold: envelope kept for others, or content. Key: group, epoch, device, generation. */
export const HELD = durable('held', ranges, { scope: 'epoch', owner: 'cipher', outlasts: 'membership' })

/** What was sealed before we were admitted, by what whoever admitted us had then. Key: group, epoch, device, generation, admission. */
export const SEALED_BEFORE = durable('sealedBefore', ranges, { scope: 'epoch', owner: 'cipher' })

/** Envelopes whose sender's tag names nobody yet. Key: group, envelope hash. */
export const STRAY = durable('stray', struct({ epoch: epochId, envelope: varBytes(LIMITS.recordBytes), atMs: uint48 }), { scope: 'group', owner: 'cipher' })

const parked = struct({
  epoch: epochId,
  device: deviceId,
  generation: uint16,
  iteration: uint16,
  envelope: varBytes(LIMITS.recordBytes),
  atMs: uint48,
  /** What it waits for; an end state is one that nothing waits for. */
  cause: word(['keyNotYetReceived', 'senderUnreachable', 'removedBeforeItWasSent', 'keyDestroyed', 'damaged', 'fromBeforeYouJoined', 'operationsMissing']),
})

export type Parked = Decoded<typeof parked>

/** Envelopes that cannot be opened yet. Key: group, envelope hash. */
export const PARKED = durable('parked', parked, { scope: 'group', owner: 'cipher' })

/** What a device takes of the places for parked envelopes, and of the bytes. */
export interface ParkedSize {
  readonly places: number
  readonly bytes: number
}

/** Where the parked envelopes are. Key: group, device, epoch, generation, envelope hash. With the next: `cipher/parked.ts`. */
export const PARKED_UNDER = volatile<true>('parkedUnder', { scope: 'group', owner: 'cipher' })

/** Key: group, device. */
export const PARKED_SIZE = volatile<ParkedSize>('parkedSize', { scope: 'group', owner: 'cipher' })
