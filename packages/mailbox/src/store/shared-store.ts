/**
 * What several relays in front of one store hear of each other through it. All of it may be lost: records are read from
 * the store, and the rest (signals, alarms, notices) was never promised.
 */
import { type Decoded, LIMITS, type MailboxId, type StoredRecord, peerIdText, struct, uint16, union, varBytes } from '@sotto/wire'

/**
 * A relay's word to the others that have readers of the same mailbox (PROTOCOL §13.60). It crosses between an operator's
 * own relays, and is kept nowhere.
 */
export const relayWord = union({
  /** To pass on to the readers, as `signalled`. */
  signal: [1, struct({ body: varBytes(LIMITS.frameBytes) })],
  /** This client has subscribed to the inbox: other clients that read it are told. */
  reader: [2, struct({ clientPeer: peerIdText })],
  /** Few one-time prekeys are left in the inbox: its owner is told. */
  keysLeft: [3, struct({ oneTime: uint16, oneTimeKem: uint16 })],
})
export type RelayWord = Decoded<typeof relayWord>

/** What a shared store tells of a mailbox that is watched. */
export type StoreNotice =
  /** A record is durable. `previous` is the cursor of the one before it in this mailbox; 0: there was none. */
  | ({ readonly kind: 'appended'; readonly mailbox: MailboxId; readonly previous: number } & StoredRecord)
  /** Notices may have been missed: there may be records up to this cursor. */
  | { readonly kind: 'unsure'; readonly mailbox: MailboxId; readonly upTo: number }
  | { readonly kind: 'told'; readonly mailbox: MailboxId; readonly word: RelayWord }
  /** Another relay deleted records there. Of mailboxes too that are not watched, while this relay knows what is in them. */
  | { readonly kind: 'freed'; readonly mailbox: MailboxId }
