/**
 * Names and bounds of our two stream protocols.
 */
import { LIMITS } from '@sotto/wire'
import type { FrameStreamLimits } from './frame-stream.ts'

/** Frames between a device and a relay's mailbox. */
export const MAILBOX_PROTOCOL = '/sotto/mailbox/1'
/** Frames between two devices, over a circuit or directly. */
export const PEER_PROTOCOL = '/sotto/peer/1'

export const MAILBOX_STREAM: FrameStreamLimits = {
  frameBytes: LIMITS.frameBytes,
  /** A guess: a hundred of the largest frames; who is that far behind is told by the closing of the stream. */
  queuedBytes: 100 * LIMITS.frameBytes,
}

export const PEER_STREAM: FrameStreamLimits = {
  /** One byte says what kind of frame it is (`peer-session.ts`). */
  frameBytes: LIMITS.frameBytes + 1,
  queuedBytes: 100 * LIMITS.frameBytes,
}

/** Frames that came on the new connection before the old one was read to its end. A guess. */
export const HELD_BYTES = 50 * LIMITS.frameBytes
/** Peers with a session at once: far more than any group keeps, so that strangers cannot exhaust memory. */
export const MOST_SESSIONS = 512
