/**
 * An invite (PROTOCOL §5): what a joiner needs to ask a group to be let in. Its text form is crypto's,
 * because it carries a checksum.
 */
import { type Decoded, fixedBytes, list, struct, uint48, versioned } from './codec.ts'
import { groupId } from './ids.ts'
import { LIMITS } from './limits.ts'
import { relayInLink } from './relay-in-link.ts'

export const invite = versioned(
  1,
  struct({
    group: groupId,
    /** Ed25519 public key that reads the rendezvous mailbox; with the append key from the seed it names the mailbox. */
    rendezvousReadKey: fixedBytes(32),
    /** X25519 public key to which a request is sealed; the members hold its private half. */
    rendezvousSealKey: fixedBytes(32),
    /** From it follow the key pair that signs the request and the mailbox's append key. The only secret in here. */
    seed: fixedBytes(32),
    /** First 16 bytes of the hash of the heads that the inviter had seen. */
    headsHash: fixedBytes(16),
    /** First 16 bytes of the inviter's account. */
    inviter: fixedBytes(16),
    expiresMs: uint48,
    /** Multiaddrs, the one to try first in front. */
    relays: list(relayInLink, LIMITS.relays),
  }),
)
export type Invite = Decoded<typeof invite>
