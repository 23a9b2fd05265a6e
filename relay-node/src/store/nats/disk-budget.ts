/** How much of the disk the mailboxes of all relays take: as the servers last said, and what this relay has done since. */
import { RESERVED_SHARE } from '@sotto/mailbox'

export interface DiskBudget {
  /** Takes the room of a message: false where there is none up to this share of the disk (1: all of it). */
  readonly take: (bytes: number, share: number) => boolean
  readonly giveBack: (bytes: number) => void
  /** Whether a message of this size would have to take of the reserve. */
  readonly isReserveReached: (bytes: number) => boolean
  /** What the servers say that is used. `askedAt`: `mark()` of when they were asked. */
  readonly learn: (usedBytes: number, askedAt: number) => void
  readonly mark: () => number
}

/** What a message takes on a server's disk besides its data: its subject, its id, and the server's own fields. Measured: 197 bytes. */
const MESSAGE_BYTES = 200

export function createDiskBudget(mostBytes: number, usedBytes: number): DiskBudget {
  let said = usedBytes
  let since = 0
  const isOver = (bytes: number, limit: number): boolean => said + since + bytes + MESSAGE_BYTES > limit
  return {
    take: (bytes, share) => {
      if (isOver(bytes, mostBytes * share)) return false
      since += bytes + MESSAGE_BYTES
      return true
    },
    giveBack: (bytes) => {
      since -= bytes + MESSAGE_BYTES
    },
    isReserveReached: (bytes) => isOver(bytes, mostBytes * (1 - RESERVED_SHARE)),
    learn: (bytes, askedAt) => {
      said = bytes
      // What was done before the question is in its answer; of what was done meanwhile a part may be counted twice, for once.
      since -= askedAt
    },
    mark: () => since,
  }
}
