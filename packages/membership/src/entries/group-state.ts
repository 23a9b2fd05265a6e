/** What is folded from a set of operations: the roster in the form that the rules read. */
import { type AccountId, type DeviceId, equalBytes, type MemberDevice, type Role } from '@sotto/wire'
import type { Entry, Fork, GroupState, Person } from './entry.ts'
import { memberEntryOf } from './history.ts'
import { idGet, type IdMap, idSet, idValues } from './id-map.ts'
import { isBefore } from './order.ts'

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

/**
 * What took a member or a device away without a fresh secret and is in the past of no effective rekeying: `leaves`,
 * what proves forks, and admissions of devices that something at the same time took away.
 */
export const rekeyNeededSince = (state: GroupState): readonly Entry[] => [
  ...state.leaves,
  ...[...forksOfMembers(state).flatMap(({ proof }) => proof), ...admissionsOfLostDevices(state)].filter(
    (entry, i, all) => all.indexOf(entry) === i && !state.leaves.includes(entry) && !state.rekeyings.some((rekeying) => isBefore(entry, rekeying)),
  ),
]

/** Admissions by which a device came in that is none of its person's any more: it was welcomed, and may have the epoch's secret. */
function admissionsOfLostDevices(state: GroupState): readonly Entry[] {
  return [...idValues(state.people)].flatMap((person) => {
    const current = currentDevices(state, person)
    return person.admissions.filter((admission) => memberEntryOf(admission.operation)?.devices.some((each) => !hasDevice(current, each)) === true)
  })
}

const hasDevice = (devices: readonly MemberDevice[], { certificate }: MemberDevice): boolean =>
  devices.some((each) => equalBytes(each.certificate.body.device, certificate.body.device))

/** A person's devices that can write and be written to. */
export function currentDevices(state: GroupState, person: Person): readonly MemberDevice[] {
  const revoked = revokedOf(state, person.account)
  return person.list.entry.devices.filter(({ certificate: { body } }) => {
    const owner = idGet(state.devices, body.device)?.account
    return owner !== undefined && equalBytes(owner, person.account) && idGet(revoked, body.device) === undefined
  })
}
