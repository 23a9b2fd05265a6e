/** Names and bounds of our two stream protocols. */
import { LIMITS } from '@sotto/wire'
import type { FrameStreamLimits } from './frame-stream.ts'

/** Frames between a device and a relay's mailbox. */
export const MAILBOX_PROTOCOL = '/sotto/mailbox/1'
/** Frames between two devices, over a circuit or directly. */
export const PEER_PROTOCOL = '/sotto/peer/1'

export const MAILBOX_STREAM: FrameStreamLimits = {
  frameBytes: LIMITS.frameBytes,
  /** A guess: a hundred of the largest frames. A reader that is so far behind learns it by the closed stream. */
  queuedBytes: 100 * LIMITS.frameBytes,
}

export const PEER_STREAM: FrameStreamLimits = {
  /** One byte for the kind of frame (`peer-session.ts`). */
  frameBytes: LIMITS.frameBytes + 1,
  queuedBytes: 100 * LIMITS.frameBytes,
}

/** Frames on the new connection that may arrive before the old one was read to its end. A guess. */
export const HELD_BYTES = 50 * LIMITS.frameBytes
/** Concurrent sessions with peers: far more than any group keeps, so that strangers cannot exhaust memory. */
export const MOST_SESSIONS = 512
