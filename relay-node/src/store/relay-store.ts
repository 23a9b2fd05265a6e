/** A relay's store, seen from the thread of its sockets: embedded (`store-thread.ts`) or in NATS (`nats/nats-relay-store.ts`). */
import type { RelayWord, StoreCommand, StoreNotice, StoreResult } from '@sotto/mailbox'
import type { MailboxId } from '@sotto/wire'
import type { RelayClock } from '../relay-clock.ts'

export interface RelayStore extends RelayClock {
  readonly incarnation: Uint8Array
  /** Calls back when the result is durable; in the order of calls, unless the store is shared. Not at all after a failure or `close`. */
  readonly execute: (command: StoreCommand, done: (result: StoreResult) => void) => void
  /** Whether it takes anything at the moment, as far as is known. */
  readonly isThere: () => boolean
  /** Other relays have it too; null: it is this relay's alone. */
  readonly shared: SharedStore | null
  /** Writes what is waiting, then ends. */
  readonly close: () => Promise<void>
}

export interface SharedStore {
  /** Whether notices of this mailbox are of use here. */
  readonly watch: (mailbox: MailboxId, isWatched: boolean) => void
  /** To the other relays that watch the mailbox. */
  readonly tell: (mailbox: MailboxId, word: RelayWord) => void
  /** Who is told the notices of watched mailboxes. */
  readonly listen: (listener: (notice: StoreNotice) => void) => void
}
