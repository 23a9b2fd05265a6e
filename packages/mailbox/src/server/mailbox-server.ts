/**
 * A relay's mailboxes as its sockets and its store see them.
 *
 * The server is one live object (not a value), synchronous and deterministic. Frames, results of the store and time go
 * in; frames to send and commands for the store come out. It knows no socket and no disk, so the relay can run it
 * beside a thread that writes, and the simulator beside a store in memory. Everything it knows may be lost with the
 * process: what must last is in the store.
 *
 * Its caller executes store commands in the order in which they came out, and passes the results back in that order.
 * A result is passed back only when it is durable.
 *
 * Several servers may be in front of one *shared* store, each in a process of its own. Then results may come in any order,
 * and records are pushed when the store tells of them (`onNotice`), by whichever relay they came.
 */
import type { MailboxId } from '@sotto/wire'
import type { StoreCommand, StoreResult } from '../store/mailbox-store.ts'
import type { RelayWord, StoreNotice } from '../store/shared-store.ts'

export type ServerOutput =
  | { readonly kind: 'send'; readonly connection: number; readonly frame: Uint8Array }
  | { readonly kind: 'store'; readonly ticket: number; readonly command: StoreCommand }
  /** The client broke the protocol: close its stream. */
  | { readonly kind: 'hangUp'; readonly connection: number }
  /** Its client showed what admits to a relay that is not open to everybody: circuits are for it too. */
  | { readonly kind: 'admitted'; readonly connection: number }
  /** Only beside a shared store: whether notices of this mailbox are of use here. Comes before the commands that need them. */
  | { readonly kind: 'watch'; readonly mailbox: MailboxId; readonly isWatched: boolean }
  /** Only beside a shared store: to all other relays that watch the mailbox. */
  | { readonly kind: 'tell'; readonly mailbox: MailboxId; readonly word: RelayWord }
  /** Something to count. It carries no name of any client. */
  | { readonly kind: 'count'; readonly what: Counted }

/** What an operator may see. */
export type Counted =
  'admitted' | 'opened' | 'appended' | 'duplicate' | 'signalled' | 'pushed' | 'lagged' | 'roomAgain' | 'keysFetched' | 'badFrame' | `refused:${string}`

export interface MailboxServer {
  /** A stream was opened by a client. The number is the caller's, unused before. Says HELLO. */
  readonly connect: (
    client: {
      readonly connection: number
      /** As Noise proved it. */
      readonly clientPeer: string
      /** Where it connects from, for its share of a group mailbox. Kept in memory only. */
      readonly address: string
    },
    nowMs: number,
  ) => readonly ServerOutput[]
  /** Says newer credentials for TURN to all clients: often enough that none has to do with old ones. */
  readonly renewTurn: () => readonly ServerOutput[]
  readonly receive: (connection: number, frame: Uint8Array, nowMs: number) => readonly ServerOutput[]
  /** The result of a `store` output. */
  readonly stored: (ticket: number, result: StoreResult, nowMs: number) => readonly ServerOutput[]
  /** Whether the client's socket takes more. While it does not, nothing is read or pushed for it, and signals to it are skipped. */
  readonly setWritable: (connection: number, writable: boolean, nowMs: number) => readonly ServerOutput[]
  /** Its outputs are for a shared store only. */
  readonly disconnect: (connection: number) => readonly ServerOutput[]
  /** What a shared store tells of a watched mailbox. */
  readonly onNotice: (notice: StoreNotice) => readonly ServerOutput[]
}
