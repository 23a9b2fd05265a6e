/** People in a state: who comes in, with which devices and role, and who goes. */
import type { MemberEntry, Role } from '@sotto/wire'
import type { Entry, GroupState, KnownDevice, Person } from '../entries/entry.ts'
import { personOf, withPerson } from '../entries/group-state.ts'
import { idGet, type IdMap, idSet } from '../entries/id-map.ts'
import { withAdmission, withDeparture } from './departures.ts'
import { isLater, withRole } from './settings.ts'

/** A person comes in (with a role), or their devices change (null). */
export function withMember(state: GroupState, member: MemberEntry, by: Entry, role: Role | null): GroupState {
  const { account } = member.list.body
  const known = personOf(state, account)
  const list = { entry: member, hash: by.listHash ?? new Uint8Array(), by }
  let person: Person = known ?? { account, admissions: [], departures: [], roles: [], list, revoked: undefined }
  const { version } = person.list.entry.list.body
  const isNewer = member.list.body.version > version || (member.list.body.version === version && isLater(by, person.list.by))
  if (isNewer) person = { ...person, list }
  for (const device of member.list.body.revoked) person = { ...person, revoked: idSet(person.revoked, device, device) }
  if (role !== null) person = { ...withAdmission(person, by), roles: withRole(person.roles, { role, by }) }
  let devices: IdMap<KnownDevice> = state.devices
  for (const { certificate } of member.devices) {
    const { device } = certificate.body
    if (idGet(devices, device) === undefined) devices = idSet(devices, device, { account, device, by })
  }
  // `devices` of a person whose admission is filtered admits nobody.
  if (person.admissions.length === 0) return state
  return withPerson({ ...state, devices }, person)
}

export function withoutPerson(state: GroupState, account: Person['account'], departure: Entry): GroupState {
  const person = personOf(state, account)
  return person === undefined ? state : withPerson(state, withDeparture(person, departure))
}

export function withRoleOf(state: GroupState, account: Person['account'], role: Role, by: Entry): GroupState {
  const person = personOf(state, account)
  return person === undefined ? state : withPerson(state, { ...person, roles: withRole(person.roles, { role, by }) })
}
