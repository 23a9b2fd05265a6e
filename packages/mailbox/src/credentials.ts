/** What a client holds of a mailbox, and what follows from it (PROTOCOL §13.10): its id and the signatures that open it. */
import type { Primitives } from '@sotto/crypto/primitives'
import {
  equalBytes,
  type SendCapability,
  type MailboxId,
  type MailboxKeys,
  type OpenStatement,
  sendCapabilitySigningInput,
  mailboxIdInput,
  openSigningInput,
} from '@sotto/wire'

/** The right to read, to append, or both. Seeds are secret; the machine keeps them in memory only. */
export interface MailboxCredentials {
  readonly keys: MailboxKeys
  /** 32-byte Ed25519 seed of `keys.readKey`; null: may not read. */
  readonly readSeed: Uint8Array | null
  /** 32-byte Ed25519 seed of `keys.appendKey`, or of `grant.appendKey` where there is a grant; null: may not append. */
  readonly appendSeed: Uint8Array | null
  /** A contact's send capability for an inbox; null for strangers, groups and rendezvous. */
  readonly grant: SendCapability | null
}

/** Ids by keys, computed once: a mailbox is named with every record that goes into it. */
const ids = new WeakMap<MailboxKeys, MailboxId>()

/** The id of the mailbox with these keys (PROTOCOL §8). */
export function mailboxIdOf(primitives: Primitives, keys: MailboxKeys): MailboxId {
  const known = ids.get(keys)
  if (known !== undefined) return known
  const id = primitives.sha256(mailboxIdInput(keys)) as MailboxId
  ids.set(keys, id)
  return id
}

/** Bits of `OpenStatement.capabilities`. */
export const CAN_READ = 1
export const CAN_APPEND = 2

/** The signatures of an OPEN: one for each capability of the credentials. */
export function signOpen(
  primitives: Primitives,
  credentials: MailboxCredentials,
  statement: Omit<OpenStatement, 'capabilities'>,
): { readonly readSignature: Uint8Array | null; readonly appendSignature: Uint8Array | null } {
  const { readSeed, appendSeed } = credentials
  const capabilities = (readSeed === null ? 0 : CAN_READ) | (appendSeed === null ? 0 : CAN_APPEND)
  const message = openSigningInput({ ...statement, capabilities })
  const sign = (seed: Uint8Array | null): Uint8Array | null =>
    seed === null ? null : primitives.ed25519.sign(message, primitives.ed25519.keyPairFromSeed(seed))
  return { readSignature: sign(readSeed), appendSignature: sign(appendSeed) }
}

/** Whether an OPEN with these credentials can be what it says: seeds fit their keys, and the grant is the inbox owner's. */
export function canOpen(primitives: Primitives, { keys, readSeed, appendSeed, grant }: MailboxCredentials): boolean {
  const { keyPairFromSeed, verify } = primitives.ed25519
  const fits = (seed: Uint8Array | null, key: Uint8Array): boolean => seed === null || equalBytes(keyPairFromSeed(seed).publicKey, key)
  if (!fits(readSeed, keys.readKey) || !fits(appendSeed, (grant ?? keys).appendKey)) return false
  return grant === null || verify(grant.signature, sendCapabilitySigningInput(mailboxIdOf(primitives, keys), grant), keys.readKey)
}

/**
 * An inbox owner's grant of a send capability to a contact (PROTOCOL §8.3). The contact gets it with the seed of
 * `appendKey` inside the pairwise session. `capability` is 1 or more; `records` is how many letters may wait under it.
 */
export function grantSendCapability(
  primitives: Primitives,
  inbox: { readonly keys: MailboxKeys; readonly readSeed: Uint8Array },
  terms: Omit<SendCapability, 'signature'>,
): SendCapability {
  const message = sendCapabilitySigningInput(mailboxIdOf(primitives, inbox.keys), terms)
  const keyPair = primitives.ed25519.keyPairFromSeed(inbox.readSeed)
  return { ...terms, signature: primitives.ed25519.sign(message, keyPair) }
}
