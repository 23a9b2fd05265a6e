/**
 * What a joiner leaves at an invite's rendezvous, sealed to the group's members (PROTOCOL §5): a request, and later perhaps
 * that it takes it back.
 */
import { concat } from './bytes.ts'
import { type Decoded, encode, fixedBytes, struct, text, uint48, versioned } from './codec.ts'
import { preKeyBundle } from './identity.ts'
import { deviceId, groupId } from './ids.ts'
import { answeredInvite, joinProof } from './join-statement.ts'
import { L } from './labels.ts'
import { LIMITS } from './limits.ts'
import { memberEntry } from './member-entry.ts'

export const joinRequest = versioned(
  1,
  struct({
    group: groupId,
    invite: answeredInvite,
    member: memberEntry,
    /** How the joiner calls itself. */
    name: text(LIMITS.nameBytes),
    /** Of the joiner's own device, so that the admitting device can write at once. */
    bundle: preKeyBundle,
    proof: joinProof,
  }),
)
export type JoinRequest = Decoded<typeof joinRequest>

export const joinWithdrawal = versioned(
  1,
  struct({
    group: groupId,
    inviteKey: fixedBytes(32),
    /** Whose requests are taken back, */
    device: deviceId,
    /** as far as they are not from later than this. */
    askedMs: uint48,
    /** By the device, over `withdrawalSigningInput`. */
    signature: fixedBytes(64),
  }),
)
export type JoinWithdrawal = Decoded<typeof joinWithdrawal>

/** What a device signs to take its request back. */
export const withdrawalSigningInput = ({ group, inviteKey, device, askedMs }: Omit<JoinWithdrawal, 'signature'>): Uint8Array =>
  concat(L('join withdrawal'), group, inviteKey, device, encode(uint48, askedMs))
