/**
 * A client of one relay's mailboxes, as its user sees it: a pure machine, one state for each relay.
 *
 * Every function takes a state and returns the next one, the frames to send on the stream now (in order) and what
 * happened. Nothing here is durable. Appends without an answer are forgotten when the connection closes. The caller
 * keeps an outbox and asks again: the relay recognises a record it has. Subscriptions are kept, and continue on the
 * next connection where they were.
 *
 * The machine keeps to the relay's pace (`pace.ts`), so that a refusal by rate never reaches the caller.
 */
import type { AdmissionToken, FetchedKeys, KeyPublication, MailboxId, RecordClass, RefusalCode, TurnAccess } from '@sotto/wire'
import type { MailboxCredentials } from '../credentials.ts'
import type { ClientState } from './client-state.ts'

/** A position in one life of a relay's store. */
export interface Position {
  /** 16 bytes from the relay's HELLO. Another store has other cursors and is read from the start. */
  readonly incarnation: Uint8Array
  readonly cursor: number
}

export type ClientEvent =
  /** HELLO arrived. `incarnation` names the store that cursors belong to. `stunPort`: UDP, on the relay's host; 0: none. `turn` null: none. */
  | { readonly kind: 'connected'; readonly incarnation: Uint8Array; readonly stunPort: number; readonly turn: TurnAccess | null }
  /** Newer credentials for its TURN servers. */
  | { readonly kind: 'turn'; readonly turn: TurnAccess }
  /** The relay is not open to everybody and lets us in, from now on with this token. Then comes `connected`. */
  | { readonly kind: 'admitted'; readonly token: AdmissionToken }
  /** It is not open to everybody and does not let us in. Nothing is asked of it; `retries`: it is shown the token again. */
  | { readonly kind: 'notAdmitted'; readonly retries: boolean }
  /** The record is on the relay's disk. A signal was passed on, with `cursor` 0. */
  | { readonly kind: 'appended'; readonly token: string; readonly cursor: number }
  /**
   * An append, publication or fetch was refused, or its mailbox could not be opened. `retryAfterMs` 0: not worth
   * repeating unchanged. Never with code `rate`, `tooManyRequests` or `storeAway`: the client waits those out.
   */
  | { readonly kind: 'refused'; readonly token: string; readonly code: RefusalCode; readonly retryAfterMs: number }
  /** A wanted mailbox could not be opened or subscribed to. The next connection tries again. */
  | { readonly kind: 'closedToUs'; readonly mailbox: MailboxId; readonly code: RefusalCode }
  /**
   * Ascending by cursor, each once per connection. `want` continues after this cursor. `capability`: by which send capability it came,
   * as the relay says; null: by none.
   */
  | { readonly kind: 'record'; readonly mailbox: MailboxId; readonly cursor: number; readonly capability: number | null; readonly body: Uint8Array }
  | { readonly kind: 'signal'; readonly mailbox: MailboxId; readonly body: Uint8Array }
  /** Everything that was stored when we subscribed has arrived as `record`. `cursor`: how far it was read. */
  | { readonly kind: 'caughtUp'; readonly mailbox: MailboxId; readonly cursor: number }
  | { readonly kind: 'keysPublished'; readonly token: string }
  /** All that was in a mailbox is gone from the relay, up to now. */
  | { readonly kind: 'dropped'; readonly mailbox: MailboxId }
  /** null: the device has published nothing here. */
  | { readonly kind: 'keysFetched'; readonly token: string; readonly keys: FetchedKeys | null }
  /** Of our own inbox. `published` false: nothing is there, so publish. Few left: add some. */
  | {
      readonly kind: 'keysLeft'
      readonly mailbox: MailboxId
      readonly published: boolean
      readonly oneTime: number
      readonly oneTimeKem: number
    }
  /** Another client reads this inbox of ours: its read key was stolen, or an old connection of ours is still open. */
  | { readonly kind: 'secondReader'; readonly mailbox: MailboxId }
  /** The relay has room again in a mailbox that it refused an append to as `full`. It may say so as often as it likes. */
  | { readonly kind: 'roomAgain'; readonly mailbox: MailboxId }
  /** Call `onTick` at this time (ms since the epoch), again. Replaces an earlier one. */
  | { readonly kind: 'wakeAt'; readonly atMs: number }
  /** The relay sent something that is not a frame: close the stream. */
  | { readonly kind: 'broken' }

export interface ClientStep {
  readonly state: ClientState
  readonly frames: readonly Uint8Array[]
  readonly events: readonly ClientEvent[]
}

/** A record to leave in a mailbox. */
export interface Append {
  readonly token: string
  readonly credentials: MailboxCredentials
  readonly body: Uint8Array
  readonly class: RecordClass
  /** It goes before everything that waits and is not urgent, as a key goes before what it sealed. Default: false. */
  readonly isUrgent?: boolean
}

export interface MailboxClient {
  /** A client that was never connected. */
  readonly start: () => ClientState
  /**
   * The stream is open. Peer ids as libp2p writes them. Waits for the relay's HELLO before it sends anything. `token`: shown where the
   * relay asks for one; null: there is none.
   */
  readonly onOpened: (state: ClientState, ownPeerId: string, relayPeerId: string, token?: AdmissionToken | null) => ClientStep
  readonly onFrame: (state: ClientState, frame: Uint8Array, nowMs: number) => ClientStep
  /** Forgets handles and every unanswered request, without an event for each. Keeps what is wanted. Does nothing without a connection. */
  readonly onClosed: (state: ClientState) => ClientStep
  readonly onTick: (state: ClientState, nowMs: number) => ClientStep

  /**
   * Reads a mailbox from after `after` (null: from the start) until `unwant`. Wanting it again with other
   * credentials or position is ignored while it is wanted. Needs `readSeed`.
   */
  readonly want: (state: ClientState, credentials: MailboxCredentials, after: Position | null, nowMs: number) => ClientStep
  readonly unwant: (state: ClientState, mailbox: MailboxId) => ClientStep
  /** Answered by `appended` or `refused` with the token, or by nothing if the connection closes first. */
  readonly append: (state: ClientState, append: Append, nowMs: number) => ClientStep
  /** Like one append after the other, at the cost of one. */
  readonly appendMany: (state: ClientState, appends: readonly Append[], nowMs: number) => ClientStep
  /** Takes back an append or a prekey fetch that has not been sent. A sent one is answered as usual. */
  readonly cancel: (state: ClientState, token: string) => ClientStep
  /** Deletes up to and including `upTo` from an inbox or rendezvous, once connected. Forgotten if the connection closes. */
  readonly acknowledge: (state: ClientState, credentials: MailboxCredentials, upTo: number, nowMs: number) => ClientStep
  /**
   * Deletes everything in an own inbox, including prekeys, or in a file's mailbox, once connected. Answered by `dropped`, or by nothing if it is
   * refused or the connection closes.
   */
  readonly drop: (state: ClientState, credentials: MailboxCredentials, nowMs: number) => ClientStep
  /** Any size: split over as many frames as it takes. Answered by `keysPublished` (and `keysLeft`) or `refused`. */
  readonly publishKeys: (
    state: ClientState,
    publish: {
      readonly token: string
      readonly credentials: MailboxCredentials
      readonly replace: boolean
      readonly publication: KeyPublication
    },
    nowMs: number,
  ) => ClientStep
  /** Credentials that may append to the inbox. Answered by `keysFetched` or `refused`. */
  readonly fetchKeys: (state: ClientState, fetch: { readonly token: string; readonly credentials: MailboxCredentials }, nowMs: number) => ClientStep
  /** Whether a request was sent that the relay has not answered. */
  readonly awaitsAnswer: (state: ClientState) => boolean
  /** About how many bytes the first such request put on the line, where it is a record: its answer waits for no later one. */
  readonly firstUnansweredBytes: (state: ClientState) => number
}

export type { ClientState }
