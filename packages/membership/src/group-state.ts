/** What is folded from a set of operations: the roster in the form that the rules read. */
import { type AccountId, type DeviceId, equalBytes, type MemberDevice, type MemberEntry, type Role } from '@sotto/wire'
import { type Entry, isBefore } from './history.ts'
import { idGet, type IdMap, idSet } from './id-map.ts'

export interface RoleGiven {
  readonly role: Role
  readonly by: Entry
}

/** Somebody who is or was in. */
export interface Person {
  readonly account: AccountId
  /** The standing `create` or `admit`s of this person, those that no other has in its past. */
  readonly admissions: readonly Entry[]
  /** Standing `remove`s and `leave`s that no standing `admit` of this person has in its past: with one, they are out. */
  readonly departures: readonly Entry[]
  /** The maximal standing operations that give a role. */
  readonly roles: readonly RoleGiven[]
  /** The newest device list with the devices in it, and what brought it. */
  readonly list: { readonly entry: MemberEntry; readonly hash: Uint8Array; readonly by: Entry }
  /** Devices that a standing list revokes: they may never come back. */
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
  /** Standing admissions by it. */
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
  /** The maximal standing rekeying operations. */
  readonly rekeyings: readonly Entry[]
  /** What took somebody or some device away without a fresh secret and is in the past of no standing rekeying. */
  readonly leaves: readonly Entry[]
  /** Also of those who are out, or were never in: a device that forked stays revoked if they come in. */
  readonly forks: readonly Fork[]
}

export const EMPTY_STATE: GroupState = {
  create: null,
  people: undefined,
  adminCount: 0,
  memberCount: 0,
  devices: undefined,
  invites: undefined,
  policy: null,
  title: null,
  relays: null,
  rekeyings: [],
  leaves: [],
  forks: [],
}

export const personOf = (state: GroupState, account: AccountId): Person | undefined => idGet(state.people, account)

export const isIn = (person: Person | undefined): person is Person => person !== undefined && person.departures.length === 0

const isInAsAdmin = (person: Person | undefined): boolean => isIn(person) && roleOf(person) === 'admin'

/** Of concurrent roles the lower one wins (PROTOCOL §5, settings). */
export const roleOf = (person: Person): Role => (person.roles.every(({ role }) => role === 'admin') ? 'admin' : 'member')

/** The state with a person as they are now. */
export function withPerson(state: GroupState, person: Person): GroupState {
  const before = personOf(state, person.account)
  return {
    ...state,
    people: idSet(state.people, person.account, person),
    memberCount: state.memberCount + Number(isIn(person)) - Number(isIn(before)),
    adminCount: state.adminCount + Number(isInAsAdmin(person)) - Number(isInAsAdmin(before)),
  }
}

/** Devices that an account may never bring in again. */
export function revokedOf(state: GroupState, account: AccountId): IdMap<DeviceId> {
  let revoked = personOf(state, account)?.revoked
  for (const { device, proof } of state.forks) if (isForkOf(proof, account)) revoked = idSet(revoked, device, device)
  return revoked
}

const isForkOf = (proof: readonly Entry[], account: AccountId): boolean =>
  proof.some(({ operation }) => equalBytes(operation.unsigned.account, account))

/** The forks by somebody who is in. What others do with their keys takes nothing from the group. */
export const forksOfMembers = (state: GroupState): readonly Fork[] =>
  state.forks.filter(({ proof }) => proof.some(({ operation }) => isIn(personOf(state, operation.unsigned.account))))

/**
 * What took somebody or some device away without a fresh secret and is in the past of no standing rekeying: `leaves`,
 * and what proves forks.
 */
export const staleSince = (state: GroupState): readonly Entry[] => [
  ...state.leaves,
  ...forksOfMembers(state)
    .flatMap(({ proof }) => proof)
    .filter((entry) => !state.leaves.includes(entry) && !state.rekeyings.some((rekeying) => isBefore(entry, rekeying))),
]

/** A person's devices that can write and be written to. */
export function currentDevices(state: GroupState, person: Person): readonly MemberDevice[] {
  const revoked = revokedOf(state, person.account)
  return person.list.entry.devices.filter(({ certificate: { body } }) => {
    const owner = idGet(state.devices, body.device)?.account
    return owner !== undefined && equalBytes(owner, person.account) && idGet(revoked, body.device) === undefined
  })
}
