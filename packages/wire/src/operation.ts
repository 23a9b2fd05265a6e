/**
 * Operations: the signed entries of the membership log (PROTOCOL §5). Codecs and ids; the rules are membership's.
 */
import { type Decoded, encode, fixedBytes, list, optional, sortedSet, struct, text, uint16, uint48, uint8, union, versioned, word } from './codec.ts'
import { concat } from './bytes.ts'
import { accountId, deviceId, groupId, operationId } from './ids.ts'
import { certificate, deviceList, inboxAddress } from './identity.ts'
import { L } from './labels.ts'
import { LIMITS } from './limits.ts'

/** How a group seals its messages, fixed in `create` (PROTOCOL §4). Only `sender-keys` is built. */
export const profile = word(['sender-keys', 'pairwise', 'mls'])
export type Profile = Decoded<typeof profile>

export const role = word(['member', 'admin'])
export type Role = Decoded<typeof role>

/** A member's device as the group knows it: who it is and where its letters go. */
export const memberDevice = struct({ certificate, inbox: inboxAddress })
export type MemberDevice = Decoded<typeof memberDevice>

/** A person with devices as an operation brings them in. The list names the account's devices, newest version. */
export const memberEntry = struct({ list: deviceList, devices: list(memberDevice, LIMITS.devicesPerAccount) })
export type MemberEntry = Decoded<typeof memberEntry>

const commitment = fixedBytes(32)

export const operationBody = union({
  create: [1, struct({ random: fixedBytes(32), profile, founder: memberEntry, titleHash: fixedBytes(32), commitment })],
  invite: [
    2,
    struct({
      /** Ed25519 public half of the key pair from the invite's seed. */
      inviteKey: fixedBytes(32),
      role,
      uses: uint16,
      expiresMs: uint48,
      /** Seed of the rendezvous mailbox's read key and of the key that opens requests; members only see it. */
      rendezvousSeed: fixedBytes(32),
    }),
  ],
  revokeInvite: [3, struct({ invite: operationId })],
  admit: [
    4,
    struct({
      /** The invite that was used, or none where an admin admits somebody directly. */
      invite: optional(operationId),
      member: memberEntry,
      role,
      /** The joiner's signature with the invite's private half; 64 zero bytes without an invite. */
      request: fixedBytes(64),
    }),
  ],
  remove: [5, struct({ account: accountId, commitment })],
  leave: [6, struct({ successor: optional(accountId) })],
  setRole: [7, struct({ account: accountId, role })],
  setPolicy: [8, struct({ rotateAfterMessages: uint16, rotateAfterHours: uint16 })],
  rename: [9, struct({ titleHash: fixedBytes(32) })],
  devices: [10, struct({ member: memberEntry })],
  rekey: [11, struct({ commitment })],
  acknowledge: [12, struct({})],
  /** Where the group's mailboxes are from now on: multiaddrs, the one to try first in front. Claims: each reader checks them. */
  setRelays: [13, struct({ relays: list(text(LIMITS.relayAddressBytes), LIMITS.relays) })],
})
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

/** What a joiner signs with the invite's private half: that this account, with this device list, asks to join. */
export const joinSigningInput = (group: Uint8Array, inviteKey: Uint8Array, account: Uint8Array, deviceListHash: Uint8Array): Uint8Array =>
  concat(L('invite request'), group, inviteKey, account, deviceListHash)
