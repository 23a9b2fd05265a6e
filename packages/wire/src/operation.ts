/**
 * Operations: the signed entries of the membership log (PROTOCOL §5). Codecs and ids; the rules are membership's.
 */
import { type Decoded, boolean, encode, fixedBytes, list, optional, sortedSet, struct, text, uint16, uint32, uint48, uint8, versioned, word } from './codec.ts'
import { concat } from './bytes.ts'
import { accountId, deviceId, groupId, operationId } from './ids.ts'
import { codecOfKinds, type Kind } from './kinds.ts'
import { joinProof } from './join-statement.ts'
import { L } from './labels.ts'
import { LIMITS } from './limits.ts'
import { memberEntry } from './member-entry.ts'

/** How a group seals its messages, fixed in `create` (PROTOCOL §4). Only `sender-keys` is built. */
export const groupCipher = word(['sender-keys', 'pairwise', 'mls'])
export type GroupCipherName = Decoded<typeof groupCipher>

export const role = word(['member', 'admin'])
export type Role = Decoded<typeof role>

const commitment = fixedBytes(32)

/**
 * The kinds of operations, as they are signed and sent. What they mean is membership's: a file for each kind there, which is
 * typed by this list. The codec stays here, since operations cross the network in letters, records and welcomes of rooms that
 * know no rule, and since a second writing of the rules must not rest on the first.
 */
export const OPERATION_KINDS = [
  { kind: 'create', number: 1, fields: struct({ random: fixedBytes(32), groupCipher, founder: memberEntry, titleHash: fixedBytes(32), commitment }) },
  {
    kind: 'invite',
    number: 2,
    fields: struct({
      /** Ed25519 public half of the key pair from the invite's seed. */
      inviteKey: fixedBytes(32),
      role,
      uses: uint16,
      expiresMs: uint48,
      /** Seed of the rendezvous mailbox's read key and of the key that opens requests; members only see it. */
      rendezvousSeed: fixedBytes(32),
    }),
  },
  { kind: 'revokeInvite', number: 3, fields: struct({ invite: operationId }) },
  {
    kind: 'admit',
    number: 4,
    fields: struct({
      /** The invite that was used, or none where an admin admits a member directly. */
      invite: optional(operationId),
      member: memberEntry,
      role,
      /** What the joiner signed: member and invite are its own words. */
      request: joinProof,
    }),
  },
  { kind: 'remove', number: 5, fields: struct({ account: accountId, commitment }) },
  { kind: 'leave', number: 6, fields: struct({ successor: optional(accountId) }) },
  { kind: 'setRole', number: 7, fields: struct({ account: accountId, role }) },
  { kind: 'setPolicy', number: 8, fields: struct({ rotateAfterMessages: uint16, rotateAfterHours: uint16 }) },
  { kind: 'rename', number: 9, fields: struct({ titleHash: fixedBytes(32) }) },
  { kind: 'devices', number: 10, fields: struct({ member: memberEntry }) },
  { kind: 'rekey', number: 11, fields: struct({ commitment }) },
  { kind: 'acknowledge', number: 12, fields: struct({}) },
  /** Where the group's mailboxes are from now on: multiaddrs, the one to try first in front. Claims: each reader checks them. */
  { kind: 'setRelays', number: 13, fields: struct({ relays: list(text(LIMITS.relayAddressBytes), LIMITS.relays) }) },
  /** Whether members' devices stay away from direct connections, which show network addresses. */
  { kind: 'setAddressPrivacy', number: 14, fields: struct({ isOn: boolean }) },
  /** How long messages last that are said from now on, in seconds; 0: until they are deleted. */
  { kind: 'setLifetime', number: 15, fields: struct({ seconds: uint32 }) },
  /** What members pass on to new ones of the time before them: of so many days, or so many messages; both 0: nothing. */
  { kind: 'setHistory', number: 16, fields: struct({ days: uint16, messages: uint16 }) },
] as const satisfies readonly Kind[]

export const operationBody = codecOfKinds(OPERATION_KINDS)
export type OperationBody = Decoded<typeof operationBody>

export const unsignedOperation = versioned(
  1,
  struct({
    suite: uint8,
    /** 32 zero bytes in `create`, whose own id is the group's. */
    group: groupId,
    account: accountId,
    device: deviceId,
    /** The author device's own operation before this one: two that share it prove equivocation. */
    previous: optional(operationId),
    /** The heads that the author had seen. Empty in `create` only. */
    parents: sortedSet(operationId, LIMITS.operationParents),
    /** Author's clock, for people; no rule reads it. */
    writtenMs: uint48,
    body: operationBody,
  }),
)
export type UnsignedOperation = Decoded<typeof unsignedOperation>

export const operation = struct({ unsigned: unsignedOperation, signature: fixedBytes(64) })
export type Operation = Decoded<typeof operation>

/** What the author's device key signs. */
export const operationSigningInput = (unsigned: UnsignedOperation): Uint8Array => concat(L('operation'), encode(unsignedOperation, unsigned))
/** What is hashed (SHA-256) to the operation's id. */
export const operationIdInput = (unsigned: UnsignedOperation): Uint8Array => concat(L('operation id'), encode(unsignedOperation, unsigned))
