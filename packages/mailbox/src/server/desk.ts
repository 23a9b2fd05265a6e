import type { Primitives } from '@sotto/crypto/primitives'
import type { MailboxAnswer, MailboxId, RefusalCode } from '@sotto/wire'
import type { StoreCommand, StoreResult } from '../store/mailbox-store.ts'
import type { RelayWord } from '../store/shared-store.ts'
import type { Connection } from './connections.ts'
import type { Counted } from './mailbox-server.ts'
import type { ServerLimits } from './server-limits.ts'

/** How the parts of a server speak: each call adds to the outputs of the current input. */
export interface Desk {
  readonly primitives: Primitives
  readonly limits: ServerLimits
  readonly say: (connection: Connection, answer: MailboxAnswer) => void
  readonly refuse: (connection: Connection, request: number, code: RefusalCode, retryAfterMs?: number) => void
  /** Sends a command to the store. `then` runs when the result is durable, unless it refuses `request`, which tells the client. */
  readonly store: (connection: Connection, request: number | null, command: StoreCommand, then: (result: StoreResult, nowMs: number) => void) => void
  readonly count: (what: Counted) => void
  /** Whether other relays have the same store (`mailbox-server.ts`). */
  readonly isShared: boolean
  /** To other relays that watch the mailbox, if there are any. */
  readonly tell: (mailbox: MailboxId, word: RelayWord) => void
}
