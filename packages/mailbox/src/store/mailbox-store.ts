/**
 * Where a relay keeps records: the port that the in-memory store here and the relay's two stores implement, one in SQLite
 * and one in NATS. One conformance suite tests them all (`../conformance/mailbox-store-cases.ts`).
 *
 * The server's rules (`../server`) decide who may request what. A store counts, keeps and forgets. It never judges a
 * signature, and it is told every limit. It keeps what a command holds and nothing else: no address, no peer id, no
 * time of arrival.
 *
 * Invariants:
 *  1. The commands of one `execute` take effect in order, all of them durable when it returns.
 *  2. In each mailbox cursors ascend in order of appending, and none is used twice within one incarnation.
 *  3. A record that has not expired and was not acknowledged or dropped is there: nothing is evicted to make room.
 *  4. Each one-time key is handed out at most once, and an id not above all earlier ones is never taken again.
 *  5. An expired record is neither read nor counted, whether or not `expire` ran; afterwards no trace of it is left.
 */
import type { FetchedKeys, KeyPublication, MailboxId, StoredRecord } from '@sotto/wire'

/**
 * Whose right the room is taken by. The last tenth of the disk is for grants and groups, in mailboxes that have records or keys there, and
 * files are taken only while half of it is free.
 */
export type Claim = 'granted' | 'group' | 'stranger' | 'blob'

export type StoreCommand =
  | {
      readonly kind: 'append'
      readonly mailbox: MailboxId
      readonly capability: number
      readonly claim: Claim
      readonly body: Uint8Array
      /** 32 bytes. A record of this mailbox with the same value is the same record. */
      readonly dedupe: Uint8Array
      readonly expiresMs: number
      /** Limits of records and body bytes in the mailbox, and of records under the send capability, this one included. */
      readonly most: { readonly records: number; readonly bytes: number; readonly capabilityRecords: number }
      /** Reported with a refusal at most: the owner may make room earlier than expiry does. */
      readonly longestWaitMs: number
    }
  | {
      readonly kind: 'read'
      readonly mailbox: MailboxId
      readonly after: number
      readonly mostRecords: number
      /** Of bodies. The first record is returned whatever its size. */
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
      /** Of each kind. Surplus keys are not taken. */
      readonly mostKeys: number
    }
  /** `pop` false: the last-resort key at once, because this inbox's keys are fetched too often. */
  | { readonly kind: 'fetchKeys'; readonly mailbox: MailboxId; readonly pop: boolean }
  | { readonly kind: 'countKeys'; readonly mailbox: MailboxId }

export interface KeysLeft {
  readonly published: boolean
  readonly oneTime: number
  readonly oneTimeKem: number
}

export type StoreResult =
  | { readonly kind: 'appended'; readonly cursor: number; readonly duplicate: boolean }
  /** `storeAway`: a store elsewhere did not answer. What the command asked for may have happened; asking again does no harm. */
  | { readonly kind: 'refused'; readonly code: 'full' | 'diskFull' | 'storeAway'; readonly retryAfterMs: number }
  | { readonly kind: 'records'; readonly records: readonly StoredRecord[]; readonly more: boolean }
  | { readonly kind: 'done' }
  | { readonly kind: 'keysLeft'; readonly left: KeysLeft }
  | { readonly kind: 'keys'; readonly keys: FetchedKeys | null; readonly left: KeysLeft }

/** The same port where answers take time: all that `MailboxStore` promises, when what a call returned is fulfilled. */
export interface AsyncMailboxStore {
  readonly incarnation: () => Uint8Array
  readonly execute: (commands: readonly StoreCommand[], nowMs: number) => PromiseLike<readonly StoreResult[]> | readonly StoreResult[]
  readonly expire: (nowMs: number, mostRecords: number) => PromiseLike<number> | number
  readonly close: () => PromiseLike<void> | void
}

export interface MailboxStore extends AsyncMailboxStore {
  /** 16 random bytes that name this life of the store; others after a wipe. */
  readonly incarnation: () => Uint8Array
  /** One result for each command, in order. A command without room is refused; the others take effect. */
  readonly execute: (commands: readonly StoreCommand[], nowMs: number) => readonly StoreResult[]
  /** Forgets up to `mostRecords` expired records and publications, and returns how many. */
  readonly expire: (nowMs: number, mostRecords: number) => number
  readonly close: () => void
}

/**
 * The part of the disk that is for mailboxes which were there before it was reached: they have records or published
 * keys. Nobody makes such a mailbox afterwards, so what fills a relay with new ones leaves this to those of before.
 */
export const RESERVED_SHARE = 0.1
/** Files take no room of a disk that is fuller than this: letters come first. */
export const BLOB_SHARE = 0.5
/** When to try a full disk again. A guess: operators need minutes. */
export const FULL_DISK_RETRY_MS = 60_000
/** Nothing published. */
export const NO_KEYS: KeysLeft = { published: false, oneTime: 0, oneTimeKem: 0 }
