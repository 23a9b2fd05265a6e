/**
 * What two connected peers say to each other on their stream (PROTOCOL §7): a version, and one of the kinds of frames,
 * which are the business of the rooms that say them.
 */
import { type Codec, type Decoded, struct, uint16, versioned } from './codec.ts'
import { deviceId } from './ids.ts'
import { ranges } from './ranges.ts'

/** The iterations of one sender key that a device holds. */
export const receivedSet = struct({ device: deviceId, keyId: uint16, iterations: ranges })
export type ReceivedSet = Decoded<typeof receivedSet>

/** Frames of the kinds that this codec reads. */
export const peerFrameOf = <T>(kinds: Codec<T>): Codec<T> => versioned(1, kinds)
