/**
 * What a joiner leaves at an invite's rendezvous, sealed to the group's members (PROTOCOL §5): a request, and later perhaps
 * that it takes it back.
 */
import { concat } from './bytes.ts'
import { type Decoded, fixedBytes, struct, text, versioned } from './codec.ts'
import { preKeyBundle } from './identity.ts'
import { deviceId, groupId } from './ids.ts'
import { L } from './labels.ts'
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
    /** Of the joiner's own device, so that the admitting device can write at once. */
    bundle: preKeyBundle,
    /** By the invite's private half, over `joinSigningInput`. */
    signature: fixedBytes(64),
  }),
)
export type JoinRequest = Decoded<typeof joinRequest>

export const joinWithdrawal = versioned(
  1,
  struct({
    group: groupId,
    inviteKey: fixedBytes(32),
    /** Whose requests, up to here in this mailbox, are taken back. */
    device: deviceId,
    /** By the device, over `withdrawalSigningInput`. */
    signature: fixedBytes(64),
  }),
)
export type JoinWithdrawal = Decoded<typeof joinWithdrawal>

/** What a device signs to take its request back. */
export const withdrawalSigningInput = (group: Uint8Array, inviteKey: Uint8Array, device: Uint8Array): Uint8Array =>
  concat(L('join withdrawal'), group, inviteKey, device)
