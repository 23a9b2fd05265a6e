/** What an operation's own past says of its author's right. */
import type { AccountId, DeviceId, HistoryPolicy, MemberEntry, Operation, OperationId, Role } from '@sotto/wire'
import type { Bits } from './bits.ts'
import type { IdMap } from './id-map.ts'
import type { RightRejection } from './rejection.ts'

export interface RoleGiven {
  readonly role: Role
  readonly by: Entry
}

/** A person who is or was a member. */
export interface Person {
  readonly account: AccountId
  /** The effective `create` or `admit`s of this person, those that no other has in its past. */
  readonly admissions: readonly Entry[]
  /** Effective `remove`s and `leave`s that no effective `admit` of this person has in its past: with one, they are no member. */
  readonly departures: readonly Entry[]
  /** The maximal effective operations that give a role. */
  readonly roles: readonly RoleGiven[]
  /** The newest device list with the devices in it, and what brought it. */
  readonly list: { readonly entry: MemberEntry; readonly hash: Uint8Array; readonly by: Entry }
  /** Devices that an effective list revokes: they may never come back. */
  readonly revoked: IdMap<DeviceId>
}

export interface KnownDevice {
  readonly account: AccountId
  readonly device: DeviceId
  /** What brought it in first. */
  readonly by: Entry
}

export interface InviteState {
  readonly by: Entry
  /** Effective admissions by it. */
  readonly used: number
}

/** Operations that share their device and its operation before: the proof that the device is in two hands. */
export interface Fork {
  readonly device: DeviceId
  /** By depth and id. */
  readonly proof: readonly Entry[]
}

export interface Setting<T> {
  readonly value: T
  readonly by: Entry
}

export interface GroupState {
  readonly create: Entry | null
  readonly people: IdMap<Person>
  /** Members with the role of an admin. */
  readonly adminCount: number
  readonly memberCount: number
  readonly devices: IdMap<KnownDevice>
  /** Invites that nothing closed, spent ones too. */
  readonly invites: IdMap<InviteState>
  readonly policy: Setting<{ readonly rotateAfterMessages: number; readonly rotateAfterHours: number }> | null
  readonly title: Setting<Uint8Array> | null
  readonly relays: Setting<readonly string[]> | null
  readonly addressPrivacy: Setting<boolean> | null
  readonly lifetime: Setting<number> | null
  readonly history: Setting<HistoryPolicy> | null
  /** The maximal effective rekeying operations. */
  readonly rekeyings: readonly Entry[]
  /** What took a member or a device away without a fresh secret and is in the past of no effective rekeying. */
  readonly leaves: readonly Entry[]
  /** Also of former members: a device that forked stays revoked if they come in again. */
  readonly forks: readonly Fork[]
}

/** An operation at its place. */
export interface Entry {
  /** Place in the history: depends on the order of arrival, so no rule may read it but through `isBefore`. */
  readonly index: number
  readonly id: OperationId
  readonly operation: Operation
  /** Edges of the longest path from `create`. */
  readonly depth: number
  /** Every operation before it. */
  readonly past: Bits
  readonly pastCount: number
  /** Hash of the device list that it brings in, or null where it brings none. */
  readonly listHash: Uint8Array | null
  /** What the right to it rests on, as its own past says. Without one it would not be here. */
  readonly right: Right
  /** The state folded from its past. */
  readonly before: GroupState
  /** The state folded from its past and itself. */
  readonly after: GroupState
}

export interface Right {
  /** Each group names operations. One of each must be effective, or the right is gone (PROTOCOL §5.5, depends). */
  readonly restsOn: readonly (readonly Entry[])[]
  /** Whether it takes an admin. */
  readonly needsAdmin: boolean
  /** Whether its author was an admin, needed or not. */
  readonly byAdmin: boolean
  /** Devices that it takes from its author's account. */
  readonly revokes: readonly DeviceId[]
}

/** An operation whose author had the right to it, with what the right rests on. */
export interface Claim {
  readonly entry: Entry
  readonly right: Right
}

/** Whether a person has a right. */
export type Verdict = { readonly kind: 'entitled'; readonly right: Right } | { readonly kind: 'notEntitled'; readonly because: RightRejection }
