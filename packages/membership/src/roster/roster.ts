/** The members of a group, as its log says: the answer that all devices with the same operations get (PROTOCOL §5). */
import type { AccountId, Certificate, DeviceId, GroupCipherName, GroupId, HistoryPolicy, InboxAddress, OperationId, Role } from '@sotto/wire'
import type { GroupState } from '../entries/entry.ts'

export interface RosterDevice {
  readonly device: DeviceId
  /** X25519 public key of the certificate. */
  readonly deviceDh: Uint8Array
  readonly certificate: Certificate
  readonly inbox: InboxAddress
  /** The `create`, `admit` or `devices` that brought it in with its entry as it is here. */
  readonly admittedBy: OperationId
}

export interface RosterMember {
  readonly account: AccountId
  /** As it counts: the senior member of a group without admins is one. */
  readonly role: Role
  /** Ascending by id. Empty where all were revoked. */
  readonly devices: readonly RosterDevice[]
  readonly listVersion: number
  /** The `create` or `admit` by which this person is in. */
  readonly admittedBy: OperationId
}

export interface OpenInvite {
  /** Id of the `invite`. */
  readonly id: OperationId
  readonly inviteKey: Uint8Array
  readonly role: Role
  /** At least one. */
  readonly usesLeft: number
  /** The admitting device's duty: no rule of the fold reads it. */
  readonly expiresMs: number
  readonly rendezvousSeed: Uint8Array
  readonly author: AccountId
}

/** A former member. */
export interface Departure {
  readonly account: AccountId
  readonly how: 'left' | 'removed'
  readonly operation: OperationId
}

/** Ascending by id wherever it lists. Two rosters of equal sets of operations have equal `rosterFingerprint`s. */
export interface Roster {
  readonly group: GroupId
  readonly groupCipher: GroupCipherName
  readonly titleHash: Uint8Array
  /** Where the group's mailboxes are, as an admin said last. null: no admin said, and each uses those that it came with. */
  readonly relays: readonly string[] | null
  /** Whether members' devices never connect directly to one another. */
  readonly isAddressPrivate: boolean
  /** How long messages last, in seconds; 0: until they are deleted. */
  readonly lifetimeSeconds: number
  /** What members pass on to new ones of the time before them. */
  readonly history: HistoryPolicy
  readonly policy: { readonly rotateAfterMessages: number; readonly rotateAfterMs: number }
  readonly members: readonly RosterMember[]
  readonly departed: readonly Departure[]
  /** Devices of present and former members that were revoked, or that forked their own chain. */
  readonly revokedDevices: readonly DeviceId[]
  readonly openInvites: readonly OpenInvite[]
  /** Invites by which more came in than their uses: concurrent admissions, shown to admins. */
  readonly overspentInvites: readonly { readonly id: OperationId; readonly uses: number; readonly used: number }[]
  /** The maximal effective rekeying operations (`create`, `remove`, `rekey`), sorted. Their secrets make the epoch's. */
  readonly rekeyings: readonly OperationId[]
  /** `count` of the epoch secret (PROTOCOL §6): how many `rekeyings` there are. */
  readonly rekeyingCount: number
  /** More than one of them: operations only, until a `rekey` over all. */
  readonly conflictingRekeys: boolean
  /** A device that is no member's has the epoch's secret, or may have it, or a member's was none where it was drawn: `rekey` before sending. */
  readonly rekeyNeeded: boolean
  /** What makes it so: operations, sorted. */
  readonly rekeyNeededBy: readonly OperationId[]
  /** Every device ever brought in by an effective operation, also of removed and departed members. */
  readonly everyDevice: readonly DeviceId[]

  readonly isMember: (account: AccountId) => boolean
  readonly isAdmin: (account: AccountId) => boolean
  /** A device of a current member. */
  readonly deviceOf: (device: DeviceId) => (RosterDevice & { readonly account: AccountId }) | undefined
  /** Whose device it is or was. */
  readonly accountOf: (device: DeviceId) => AccountId | undefined

  /** What the rules of this room read. Nothing for other rooms. */
  readonly state: GroupState
}
