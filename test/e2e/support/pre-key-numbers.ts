/**
 * The numbers of the one-time prekeys that devices published, as the relay sees them. After each unclean stop a device
 * skips many numbers, even if it published none before the next. The highest number tells how many stops it knew as
 * unclean.
 */
import { decode, mailboxRequest } from '@sotto/wire'

export interface PreKeyNumbers {
  /** For the relay that everything passes through. */
  readonly onFrame: (frame: Uint8Array) => void
  /** The highest number so far; 0 if none was published. */
  readonly highest: () => number
}

export function watchPreKeyNumbers(): PreKeyNumbers {
  let highest = 0
  return {
    onFrame: (frame) => {
      const request = decode(mailboxRequest, frame)
      if (request?.kind !== 'publishKeys') return
      for (const { id } of request.publication.oneTime) highest = Math.max(highest, id)
    },
    highest: () => highest,
  }
}
