/** What is folded from a set of operations: the roster in the form that the rules read. */
import { type AccountId, type DeviceId, equalBytes, type MemberDevice, type Role } from '@sotto/wire'
import type { Entry, Fork, GroupState, Person } from './entry.ts'
import { idGet, type IdMap, idSet } from './id-map.ts'

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
  addressPrivacy: null,
  lifetime: null,
  history: null,
  rekeyings: [],
  leaves: [],
  forks: [],
}

export const personOf = (state: GroupState, account: AccountId): Person | undefined => idGet(state.people, account)

export const isIn = (person: Person | undefined): person is Person => person !== undefined && person.departures.length === 0

/** Whether a removal keeps a person out: a departed member went by itself, and comes back as any other joiner. */
export const wasRemoved = (person: Person | undefined): boolean =>
  person?.departures.some(({ operation }) => operation.unsigned.body.kind === 'remove') === true

const isInAsAdmin = (person: Person | undefined): boolean => isIn(person) && roleOf(person) === 'admin'

/** Whether a member can write: all devices of one may be revoked, or forked. */
export const hasDevices = (state: GroupState, person: Person): boolean => currentDevices(state, person).length > 0

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

const isForkOf = (proof: readonly Entry[], account: AccountId): boolean => proof.some(({ operation }) => equalBytes(operation.unsigned.account, account))

/** The forks by members. What others do with their keys takes nothing from the group. */
export const forksOfMembers = (state: GroupState): readonly Fork[] =>
  state.forks.filter(({ proof }) => proof.some(({ operation }) => isIn(personOf(state, operation.unsigned.account))))

/** Whether it is a present member's device that can write. */
export function isCurrentDevice(state: GroupState, account: AccountId, device: DeviceId): boolean {
  const person = personOf(state, account)
  return isIn(person) && currentDevices(state, person).some(({ certificate }) => equalBytes(certificate.body.device, device))
}

/** A person's devices that can write and be written to. */
export function currentDevices(state: GroupState, person: Person): readonly MemberDevice[] {
  const revoked = revokedOf(state, person.account)
  return person.list.entry.devices.filter(({ certificate: { body } }) => {
    const owner = idGet(state.devices, body.device)?.account
    return owner !== undefined && equalBytes(owner, person.account) && idGet(revoked, body.device) === undefined
  })
}
