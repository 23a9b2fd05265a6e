/**
 * Rows of groups: membership, epochs, joining. Key parts are base64url texts of ids, or numbers made sortable. Each table
 * names its parts.
 */
import type { EpochKeys } from '@sotto/crypto'
import type { MembershipLog } from '@sotto/membership'
import {
  accountId,
  boolean,
  type Decoded,
  epochId,
  fixedBytes,
  LIMITS,
  list,
  operation,
  operationId,
  optional,
  struct,
  text,
  uint16,
  uint32,
  uint48,
  uint8,
  varBytes,
  word,
} from '@sotto/wire'
import { durable, volatile } from '../table.ts'
import { anyBytes, relayAddress, seed } from './shapes.ts'

const group = struct({
  /** A title whose hash the log named once; empty: none came yet. */
  title: text(LIMITS.nameBytes),
  titleHash: fixedBytes(32),
  state: word(['member', 'removed', 'left']),
  relays: list(relayAddress, LIMITS.relays),
  /** null while the current epoch's secret is missing. */
  epoch: optional(epochId),
  joinedMs: uint48,
  /** How many envelopes from unknown senders were dropped. */
  unknownSenders: uint32,
})

export type Group = Decoded<typeof group>

/** A group as the protocol needs it. Its messages are in `CONVERSATION`. Key: group. */
export const GROUP = durable('group', group, { scope: 'group', owner: 'groups', outlasts: 'membership' })

const groupChanges = struct({
  /** How many changes there were: pages read their window again when it grew. Stored, since a page may outlive the engine. */
  revision: uint32,
  /** When the last change happened that moves the group to the top of the list. */
  raisedMs: uint48,
})

/** What a member called the group that the log does not name, the last one. Key: group. */
export const HEARD_TITLE = durable('heardTitle', text(LIMITS.nameBytes), { scope: 'group', owner: 'groups' })

const groupProfile = struct({
  description: text(LIMITS.descriptionBytes),
  /** Empty: none. */
  picture: varBytes(LIMITS.pictureBytes),
  /** The beginning of its hash; empty: there is none. */
  name: text(16),
  /** The admin who said so, and when it was chosen (`chosenAfter`). */
  by: accountId,
  chosenMs: uint48,
})

export type GroupProfile = Decoded<typeof groupProfile>

/** A group's picture and description. Key: group. */
export const GROUP_PROFILE = durable('groupProfile', groupProfile, { scope: 'group', owner: 'groups', outlasts: 'membership' })

/** Present: members came since this person said in the group what it says about itself. Key: group. */
export const PROFILE_DUE = durable('profileDue', boolean, { scope: 'group', owner: 'machine' })

/** Changes of what pages show of a group, in any room. Key: group. */
export const GROUP_CHANGES = durable('groupChanges', groupChanges, { scope: 'group', owner: 'groups', outlasts: 'membership' })

/** The relays that this device used for a group before an admin named others. Used again if that operation is filtered. Key: group. */
export const FIRST_RELAYS = durable('firstRelays', list(relayAddress, LIMITS.relays), { scope: 'group', owner: 'groups', outlasts: 'membership' })

/** Operations that have their place, in the order in which they were given it. Key: group, number. */
export const OPERATION = durable('operation', operation, { scope: 'group', owner: 'groups', outlasts: 'membership' })

/** Operations that wait for their parents, and since when. Key: group, operation. */
export const ORPHAN = durable('orphan', struct({ operation, sinceMs: uint48 }), { scope: 'group', owner: 'groups', outlasts: 'membership' })

/** Secrets of rekeying operations. Key: group, operation. */
export const SECRET = durable('secret', seed, { scope: 'group', owner: 'epochs' })

/** Rekeying operations whose secret was deleted with the last epoch that needed it: it is not taken again. Key: group, operation. */
export const DELETED_SECRET = durable('deletedSecret', struct({ atMs: uint48 }), { scope: 'group', owner: 'epochs' })

/** Rekeying operations that came without their secret. Key: group, operation. */
export const EARLIER_SECRET = durable('earlierSecret', struct({ attempts: uint8, nextMs: uint48 }), { scope: 'group', owner: 'epochs' })

/** Our invites with their seed, so that they can be shown again. Key: group, operation. */
const ownInvite = struct({ text: text(LIMITS.inviteTextBytes), expiresMs: uint48, uses: uint16 })

export type OwnInvite = Decoded<typeof ownInvite>

export const OWN_INVITE = durable('ownInvite', ownInvite, { scope: 'group', owner: 'members' })

const epoch = struct({
  operations: list(operationId, LIMITS.operationParents),
  secret: seed,
  beganMs: uint48,
  /** When a newer one began. Its mailbox is read until retention ends. */
  endedMs: optional(uint48),
})

export type Epoch = Decoded<typeof epoch>

/** Key: group, epoch id. */
export const EPOCH = durable('epoch', epoch, { scope: 'epoch', owner: 'epochs' })

/** Members that this device saw removed, in case the removal is filtered later. Key: group, account, removal. */
export const SEEN_REMOVAL = durable('seenRemoval', struct({ atMs: uint48 }), { scope: 'group', owner: 'groups', outlasts: 'membership' })

const join = struct({
  invite: text(LIMITS.inviteTextBytes),
  relays: list(relayAddress, LIMITS.relays),
  /** `withdrawn`: taken back. If a device admits it all the same, this one answers by leaving. */
  step: word(['connecting', 'waiting', 'admitted', 'refused', 'withdrawn']),
  reason: word(['none', 'expired', 'spent', 'closed', 'foreign', 'unknownCipher', 'full']),
  startedMs: uint48,
  /** The time that our newest request or withdrawal names: the next one names a later one. */
  askedMs: uint48,
})

export type Join = Decoded<typeof join>

/** Groups that this device asked to join. Operations received meanwhile are in OPERATION, other bodies in PENDING_BODY. Key: group. */
export const JOIN = durable('join', join, { scope: 'group', owner: 'members' })

/** Requests to join that wait for this device's turn to admit. Key: group, hash of the request. */
export const ADMISSION = durable('admission', struct({ request: anyBytes, invite: operationId, again: boolean, atMs: uint48 }), {
  scope: 'group',
  owner: 'members',
})

/** Devices that withdrew requests to join, up to the time that they name. Key: group, device. */
export const WITHDRAWN = durable('withdrawn', struct({ askedMs: uint48, atMs: uint48 }), { scope: 'group', owner: 'members' })

/** Removals and demotions that may need our acknowledgement. Key: group, operation. */
export const ACKNOWLEDGE = durable('acknowledge', struct({ atMs: uint48 }), { scope: 'group', owner: 'members' })

const newMember = struct({
  untilMs: uint48,
  /** From then on one answer is enough. */
  soonMs: uint48,
  asked: list(accountId, LIMITS.newMemberAsks),
  /** Of these we have all operations that they named. */
  confirmed: list(accountId, LIMITS.newMemberAsks),
})

export type NewMember = Decoded<typeof newMember>

/** Groups that this device has just joined and where its keys have not left yet, since it compares logs. Key: group. */
export const NEW_MEMBER = durable('newMember', newMember, { scope: 'group', owner: 'sessions' })

/** Key: group. */
export const MEMBERSHIP_LOG = volatile<MembershipLog>('membershipLog', { scope: 'group', owner: 'groups', outlasts: 'membership' })

/** Key: group, epoch. */
export const EPOCH_KEYS = volatile<EpochKeys>('epochKeys', { scope: 'epoch', owner: 'epochs' })

/** Devices that share a group with us, or did. Key: group, device. */
export const MET = volatile<'member' | 'former'>('met', { scope: 'group', owner: 'sessions' })

/** When we last told a device our heads. Key: group, device. */
export const ASKED_LOG = volatile<{ readonly atMs: number }>('askedLog', { scope: 'group', owner: 'groups' })

/** When we last answered a device about our log. Key: group, device. */
export const ANSWERED_LOG = volatile<{ readonly atMs: number }>('answeredLog', { scope: 'group', owner: 'groups' })

/** When to compare a group's log with a member's, and whether a connected member shares our epoch. Key: group. */
export const ISOLATED = volatile<{ readonly isTogether: boolean; readonly atMs: number; readonly waitMs: number }>('isolated', {
  scope: 'group',
  owner: 'groups',
})

/** Groups that still wait for a secret, and until when they hold messages back for it. Key: group. */
export const SECRET_MISSING = volatile<{ readonly untilMs: number }>('secretMissing', { scope: 'group', owner: 'epochs' })

/** How many times in a row this device began an epoch for lack of a secret, and when the last time was. Key: group. */
export const BEGUN_FOR_LACK = volatile<{ readonly times: number; readonly atMs: number }>('begunForLack', { scope: 'group', owner: 'epochs' })

/** When this device last began an epoch in order to send, and until when it lets others go first. Key: group. */
export const REKEYED = volatile<{ readonly atMs: number; readonly untilMs: number }>('rekeyed', { scope: 'group', owner: 'epochs' })

/** Groups whose mailbox is full, and when to answer that with a rekey. Key: group. */
export const MAILBOX_FULL = volatile<{ readonly epoch: string; readonly atMs: number }>('mailboxFull', { scope: 'group', owner: 'messages' })
