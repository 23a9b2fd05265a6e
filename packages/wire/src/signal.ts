/**
 * What is said now and kept nowhere (PROTOCOL §7): signed by its device, sealed under the epoch's signals key, and passed to the
 * members that are connected.
 */
import { concat } from './bytes.ts'
import { boolean, type Decoded, encode, fixedBytes, list, struct, text, uint16, uint48, union, versioned, word } from './codec.ts'
import { messageTag } from './content.ts'
import { deviceId, epochId } from './ids.ts'
import { L } from './labels.ts'
import { LIMITS } from './limits.ts'

/** Up to which message of one author a person has read: the message and its logical time. */
export const readMark = struct({
  /** The beginning of the author's device id. */
  author: fixedBytes<Uint8Array>(LIMITS.messageTagBytes),
  message: messageTag,
  timeMs: uint48,
  counter: uint16,
  /** When it was read, by the reader's clock. */
  readMs: uint48,
})
export type ReadMark = Decoded<typeof readMark>

export const signalBody = union({
  /** Where the device is connected. */
  announcement: [1, struct({ peer: text(LIMITS.peerIdBytes), addresses: list(text(LIMITS.relayAddressBytes), LIMITS.addresses) })],
  /** What the person has read. */
  read: [2, struct({ marks: list(readMark, LIMITS.readMarks) })],
  /** The person types, or does no longer. */
  typing: [3, struct({ isTyping: boolean })],
  /** The person is there, or has gone, or no longer allows that others see it. */
  presence: [4, struct({ state: word(['here', 'away', 'hidden']) })],
})
export type SignalBody = Decoded<typeof signalBody>

/** What the device signs. The epoch is the one that it is in. */
export const unsignedSignal = struct({
  epoch: epochId,
  device: deviceId,
  /** By the device's clock, and growing. */
  atMs: uint48,
  body: signalBody,
})
export type UnsignedSignal = Decoded<typeof unsignedSignal>

export const signal = versioned(1, struct({ said: unsignedSignal, signature: fixedBytes(64) }))
export type Signal = Decoded<typeof signal>

export const signalSigningInput = (said: UnsignedSignal): Uint8Array => concat(L('signal'), encode(unsignedSignal, said))
