/**
 * A contact link, by which one who shares no group with a person can ask to write to them, and what is left at its
 * rendezvous (PROTOCOL §5). The text form is crypto's, because it carries a checksum.
 */
import { concat } from './bytes.ts'
import { type Decoded, encode, fixedBytes, list, struct, text, uint48, versioned } from './codec.ts'
import { deviceList } from './identity.ts'
import { accountId, deviceId } from './ids.ts'
import { L } from './labels.ts'
import { LIMITS } from './limits.ts'
import { relayInLink } from './relay-in-link.ts'

export const contactLink = versioned(
  1,
  struct({
    /** Whose it is: nobody else is let into what is begun by it. */
    account: accountId,
    /** Ed25519 public key that reads the rendezvous; with the append key from the token it names the mailbox. */
    readKey: fixedBytes(32),
    /** X25519 public key to which a request is sealed. */
    sealKey: fixedBytes(32),
    /** Who has it may leave a request. From it follow the append key and a key that the request is sealed under besides. */
    token: fixedBytes(32),
    /** What the person calls itself; a claim. */
    name: text(LIMITS.nameBytes),
    /** Multiaddrs, the one to try first in front. */
    relays: list(relayInLink, LIMITS.relays),
  }),
)
export type ContactLink = Decoded<typeof contactLink>

/** That a person wants to write. */
export const contactRequest = versioned(
  1,
  struct({
    /** The account that asks, with its devices. */
    list: deviceList,
    /** The one of them that signs. */
    device: deviceId,
    /** What the person calls itself. */
    name: text(LIMITS.nameBytes),
    /** An invite for one into a group for the two, made by that account. */
    invite: text(LIMITS.inviteTextBytes),
    /** Growing from one request to the next. */
    askedMs: uint48,
    /** By the device, over `contactRequestSigningInput`. */
    signature: fixedBytes(64),
    /** The beginning of what it writes, to decide by (§13.57). It is not signed: what was said is deniable. */
    words: text(LIMITS.firstWordsBytes),
  }),
)
export type ContactRequest = Decoded<typeof contactRequest>

const signed = struct({
  /** The link's, so that a request counts for that link alone, */
  sealKey: fixedBytes(32),
  /** and for its person. */
  account: accountId,
  device: deviceId,
  name: text(LIMITS.nameBytes),
  invite: text(LIMITS.inviteTextBytes),
  askedMs: uint48,
})

/** What the device that asks signs. */
export const contactRequestSigningInput = (
  { sealKey, account }: Pick<ContactLink, 'sealKey' | 'account'>,
  { device, name, invite, askedMs }: Pick<ContactRequest, 'device' | 'name' | 'invite' | 'askedMs'>,
): Uint8Array => concat(L('contact request'), encode(signed, { sealKey, account, device, name, invite, askedMs }))
