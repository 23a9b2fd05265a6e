/**
 * The numbers of the one-time prekeys that devices published, as the relay sees them. After each unclean stop a device
 * leaves many numbers out, also where it published none before the next: how far they got tells how many stops it knew as
 * unclean.
 */
import { decode, mailboxRequest } from '@sotto/wire'

export interface PreKeyNumbers {
  /** For the relay that everything goes through. */
  readonly onFrame: (frame: Uint8Array) => void
  /** The highest number so far; 0 where nobody published. */
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
