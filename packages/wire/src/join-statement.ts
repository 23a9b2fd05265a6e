/**
 * What a joiner signs to ask for its admission (PROTOCOL §5). The `admit` carries the signatures, so that every member sees
 * that the entry in it, inbox included, is the joiner's own word, and which invite it answered.
 */
import { concat } from './bytes.ts'
import { type Decoded, encode, fixedBytes, optional, struct, uint48 } from './codec.ts'
import { groupId } from './ids.ts'
import { L } from './labels.ts'
import { memberEntry } from './member-entry.ts'

/** The invite that a joiner answers, as its link describes it. */
export const answeredInvite = struct({
  /** Public half of the invite's key pair. */
  inviteKey: fixedBytes(32),
  /** First 16 bytes of the account that made the invite. */
  inviter: fixedBytes(16),
  /** First 16 bytes of the hash of that operation's parents. */
  headsHash: fixedBytes(16),
})
export type AnsweredInvite = Decoded<typeof answeredInvite>

export const joinStatement = struct({
  group: groupId,
  /** None where an admin admits without an invite. */
  invite: optional(answeredInvite),
  /** The first of its devices is the one that asks. */
  member: memberEntry,
  nameHash: fixedBytes(32),
  /** By the joiner's clock, and growing: what it said later counts. */
  askedMs: uint48,
})
export type JoinStatement = Decoded<typeof joinStatement>

/** The signatures of a joiner, and what of its statement is not beside them in an `admit`. */
export const joinProof = struct({
  nameHash: fixedBytes(32),
  askedMs: uint48,
  /** By the device that asks, over `joinDeviceSigningInput`. */
  deviceSignature: fixedBytes(64),
  /** By the invite's private half, over `joinInviteSigningInput`; none without an invite. */
  inviteSignature: optional(fixedBytes(64)),
})
export type JoinProof = Decoded<typeof joinProof>

/** What the device that asks signs. */
export const joinDeviceSigningInput = (statement: JoinStatement): Uint8Array => concat(L('join request'), encode(joinStatement, statement))
/** What a joiner signs with the invite's private half. */
export const joinInviteSigningInput = (statement: JoinStatement): Uint8Array => concat(L('invite request'), encode(joinStatement, statement))
