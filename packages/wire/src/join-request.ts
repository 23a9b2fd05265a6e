/**
 * What a joiner leaves at an invite's rendezvous, sealed to the group's members (PROTOCOL §5).
 */
import { type Decoded, fixedBytes, struct, text, versioned } from './codec.ts'
import { preKeyBundle } from './identity.ts'
import { groupId } from './ids.ts'
import { LIMITS } from './limits.ts'
import { memberEntry } from './operation.ts'

export const joinRequest = versioned(
  1,
  struct({
    group: groupId,
    /** Public half of the invite's key pair. */
    inviteKey: fixedBytes(32),
    member: memberEntry,
    /** How the joiner calls itself. */
    name: text(LIMITS.nameBytes),
    /** Of the joiner's own device, so that whoever admits can write at once. */
    bundle: preKeyBundle,
    /** By the invite's private half, over `joinSigningInput`. */
    signature: fixedBytes(64),
  }),
)
export type JoinRequest = Decoded<typeof joinRequest>
