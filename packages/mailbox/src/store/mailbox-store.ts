/**
 * Where a relay keeps letters: the port that the in-memory store here and the relay's SQLite store implement, both held
 * to one conformance suite (`mailbox-store.conformance.ts`).
 *
 * The server's rules (`../server`) decide who may ask what; a store counts, keeps and forgets. It is never asked to
 * judge a signature, and it is told every limit. It keeps what a command holds and nothing else: no address, no peer
 * id, no time of arrival.
 *
 * Invariants:
 *  1. The commands of one `execute` take effect in order, all of them durable when it returns.
 *  2. Cursors ascend in order of appending, and none is ever used twice within one incarnation.
 *  3. A record that has not expired and was not acknowledged or dropped is there: nothing is evicted to make room.
 *  4. Each one-time key is handed out at most once, and an id not above all earlier ones is never taken again.
 *  5. Whatever expired is neither read nor counted, whether or not `expire` came by; afterwards no trace of it is left.
 */
import type { FetchedKeys, KeyPublication, MailboxId, StoredRecord } from '@sotto/wire'

/** On whose strength room is taken: the last tenth of the disk is for grants, and for groups that have letters there. */
export type Claim = 'granted' | 'group' | 'stranger'

export type StoreCommand =
  | {
      readonly kind: 'append'
      readonly mailbox: MailboxId
      readonly capability: number
      readonly claim: Claim
      readonly body: Uint8Array
      /** 32 bytes; a record of this mailbox with the same is the same record. */
      readonly dedupe: Uint8Array
      readonly expiresMs: number
      /** Most records and body bytes in the mailbox, and most records in the lane, this one included. */
      readonly most: { readonly records: number; readonly bytes: number; readonly capabilityRecords: number }
      /** Told with a refusal at most: the owner may make room earlier than expiry does. */
      readonly longestWaitMs: number
    }
  | {
      readonly kind: 'read'
      readonly mailbox: MailboxId
      readonly after: number
      readonly mostRecords: number
      /** Of bodies; the first record comes whatever its size. */
      readonly mostBytes: number
    }
  | { readonly kind: 'acknowledge'; readonly mailbox: MailboxId; readonly upTo: number }
  | { readonly kind: 'drop'; readonly mailbox: MailboxId }
  | {
      readonly kind: 'publishKeys'
      readonly mailbox: MailboxId
      readonly replace: boolean
      readonly publication: KeyPublication
      readonly expiresMs: number
      /** Of each kind; surplus keys are not taken. */
      readonly mostKeys: number
    }
  /** `pop` false: the last-resort key at once (somebody asks for this inbox's keys too often). */
  | { readonly kind: 'fetchKeys'; readonly mailbox: MailboxId; readonly pop: boolean }
  | { readonly kind: 'countKeys'; readonly mailbox: MailboxId }

export interface KeysLeft {
  readonly published: boolean
  readonly oneTime: number
  readonly oneTimeKem: number
}

export type StoreResult =
  | { readonly kind: 'appended'; readonly cursor: number; readonly duplicate: boolean }
  | { readonly kind: 'refused'; readonly code: 'full' | 'diskFull'; readonly retryAfterMs: number }
  | { readonly kind: 'records'; readonly records: readonly StoredRecord[]; readonly more: boolean }
  | { readonly kind: 'done' }
  | { readonly kind: 'keysLeft'; readonly left: KeysLeft }
  | { readonly kind: 'keys'; readonly keys: FetchedKeys | null; readonly left: KeysLeft }

export interface MailboxStore {
  /** 16 random bytes that name this life of the store; another one after a wipe. */
  readonly incarnation: () => Uint8Array
  /** One result for each command, in order. A command without room is refused, the others stand. */
  readonly execute: (commands: readonly StoreCommand[], nowMs: number) => readonly StoreResult[]
  /** Forgets up to `mostRecords` expired records and publications, and says how many it did. */
  readonly expire: (nowMs: number, mostRecords: number) => number
  readonly close: () => void
}

/** The part of the disk that only existing grants may fill (relay brief, "Limits"). */
export const RESERVED_SHARE = 0.1
/** A full disk is looked at again after this. A guess: operators need minutes. */
export const FULL_DISK_RETRY_MS = 60_000
/** Nothing published. */
export const NO_KEYS: KeysLeft = { published: false, oneTime: 0, oneTimeKem: 0 }
