/**
 * How a mailbox is named and what is signed to use it (PROTOCOL §8; relay brief, "Mailbox protocol").
 *
 * A mailbox is the hash of its kind and of two Ed25519 public keys: the read key's private half reads, the append key's
 * private half appends. There is no account and no member list. In an inbox the append key is that of capability 0
 * (strangers with an invite or contact link). Every contact appends under a send capability of its own, which the owner
 * signs with the read key (`sendCapability` in identity.ts): a relay keeps no list of them.
 */
import { type Decoded, encode, fixedBytes, struct, text, uint32, uint48, uint8, word } from './codec.ts'
import { concat } from './bytes.ts'
import { type MailboxId, mailboxId } from './ids.ts'
import { L } from './labels.ts'

const publicKey = fixedBytes(32)

/** `group`: one per epoch and relay. `inbox`: one per device. `rendezvous`: one per invite, for requests to join. `blob`: one per file and relay. */
export const mailboxKind = word(['group', 'inbox', 'rendezvous', 'blob'])
export type MailboxKind = Decoded<typeof mailboxKind>

/** The public keys that name a mailbox. In an inbox `appendKey` is that of capability 0. */
export const mailboxKeys = struct({ kind: mailboxKind, readKey: publicKey, appendKey: publicKey })
export type MailboxKeys = Decoded<typeof mailboxKeys>

/** What is hashed (SHA-256) to the mailbox's id: L("mailbox id") ‖ kind ‖ read key ‖ append key. */
export const mailboxIdInput = (keys: MailboxKeys): Uint8Array => concat(L('mailbox id'), encode(mailboxKeys, keys))

/** What is hashed (SHA-256) to the key under which a relay recognises a record that it holds already. */
export const mailboxDedupeInput = (mailbox: MailboxId, body: Uint8Array): Uint8Array => concat(L('mailbox dedupe'), mailbox, body)

/** A libp2p peer id as text; the longest in use (RSA, base58) has 46 characters, Ed25519 ones 52. */
export const peerIdText = text(128)

const nonce = fixedBytes(32)
const openStatement = struct({
  relayPeer: peerIdText,
  nonce,
  mailbox: mailboxId,
  /** 1: read; 2: append; 3: both. */
  capabilities: uint8,
  clientPeer: peerIdText,
  expiresMs: uint48,
})
/** Everything that an OPEN's signatures bind it to, so that it is good on one connection to one relay only. */
export type OpenStatement = Decoded<typeof openStatement>

/** What the read key and the append key (or a send capability's) sign to open a mailbox, each for its own right. */
export const openSigningInput = (statement: OpenStatement): Uint8Array => concat(L('mailbox open'), encode(openStatement, statement))

const sendCapabilityTerms = struct({ capability: uint32, appendKey: publicKey, records: uint32, expiresMs: uint48 })
/** What the inbox's read key signs under a send capability. Capability 0 is the strangers' and is never granted. */
export const sendCapabilitySigningInput = (inbox: MailboxId, terms: Decoded<typeof sendCapabilityTerms>): Uint8Array =>
  concat(L('lane grant'), inbox, encode(sendCapabilityTerms, terms))
