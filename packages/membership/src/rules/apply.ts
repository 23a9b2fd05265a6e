/**
 * What standing operations make of a state. For operations that are concurrent the outcome is the same in every order
 * that keeps to the ranks below.
 */
import type { MemberEntry, Role } from '@sotto/wire'
import type { Entry, Fork, GroupState, InviteState, KnownDevice, Person } from '../entries/entry.ts'
import { forksOfMembers, personOf, withPerson } from '../entries/group-state.ts'
import { idDelete, idGet, type IdMap, idSet, idValues } from '../entries/id-map.ts'
import { isBefore, maximal } from '../entries/order.ts'
import type { Claim } from './attacks.ts'
import { withAdmission, withDeparture } from './out.ts'
import { isLater, laterSetting, withRole } from './settings.ts'

/** Invites before who comes in by them, and people before what happens to them. */
const rankOf = ({ entry }: Claim): number => {
  switch (entry.operation.unsigned.body.kind) {
    case 'invite':
      return 0
    case 'create':
    case 'admit':
    case 'devices':
      return 1
    default:
      return 2
  }
}

/** The state with these operations in force. */
export function applyStanding(state: GroupState, claims: readonly Claim[]): GroupState {
  let after = state
  for (const claim of claims.toSorted((a, b) => rankOf(a) - rankOf(b))) after = applyOne(after, claim)
  return after
}

function applyOne(state: GroupState, claim: Claim): GroupState {
  const { entry, right } = claim
  const { body, account } = entry.operation.unsigned
  switch (body.kind) {
    case 'create':
      return withRekeying(
        {
          ...withEntry(state, body.founder, entry, 'admin'),
          create: entry,
          title: { value: body.titleHash, by: entry },
        },
        entry,
      )
    case 'invite':
      return { ...state, invites: idSet(state.invites, entry.id, { by: entry, used: 0 }) }
    case 'revokeInvite':
      return { ...state, invites: idDelete(state.invites, body.invite) }
    case 'admit': {
      const after = withEntry(state, body.member, entry, body.role)
      const invite = body.invite === null ? undefined : idGet(after.invites, body.invite)
      if (invite === undefined || body.invite === null) return after
      return { ...after, invites: idSet(after.invites, body.invite, { ...invite, used: invite.used + 1 }) }
    }
    case 'devices': {
      const after = withEntry(state, body.member, entry, null)
      return right.revokes.length === 0 ? after : withClosedInvites(withLeave(after, entry), entry)
    }
    case 'remove':
      return withRekeying(withClosedInvites(withoutPerson(state, body.account, entry), entry), entry)
    case 'leave': {
      const after = withClosedInvites(withLeave(withoutPerson(state, account, entry), entry), entry)
      return body.successor !== null && right.byAdmin ? withRoleOf(after, body.successor, 'admin', entry) : after
    }
    case 'setRole':
      return withRoleOf(state, body.account, body.role, entry)
    case 'setPolicy':
      return { ...state, policy: laterSetting(state.policy, { value: body, by: entry }) }
    case 'rename':
      return { ...state, title: laterSetting(state.title, { value: body.titleHash, by: entry }) }
    case 'setRelays':
      return { ...state, relays: laterSetting(state.relays, { value: body.relays, by: entry }) }
    case 'rekey':
      return withRekeying(state, entry)
    case 'acknowledge':
      return state
  }
}

/** A person comes in (with a role), or their devices change (null). */
function withEntry(state: GroupState, member: MemberEntry, by: Entry, role: Role | null): GroupState {
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
  // `devices` of somebody whose admission is void brings nobody in.
  if (person.admissions.length === 0) return state
  return withPerson({ ...state, devices }, person)
}

function withoutPerson(state: GroupState, account: Person['account'], departure: Entry): GroupState {
  const person = personOf(state, account)
  return person === undefined ? state : withPerson(state, withDeparture(person, departure))
}

function withRoleOf(state: GroupState, account: Person['account'], role: Role, by: Entry): GroupState {
  const person = personOf(state, account)
  return person === undefined ? state : withPerson(state, { ...person, roles: withRole(person.roles, { role, by }) })
}

function withRekeying(state: GroupState, by: Entry): GroupState {
  return {
    ...state,
    rekeyings: maximal([...state.rekeyings, by]),
    leaves: state.leaves.filter((leave) => !isBefore(leave, by)),
  }
}

/** Whoever came in by one of these has the epoch's secret and is not in: the epoch is stale. */
export const withVoidAdmissions = (state: GroupState, admissions: readonly Entry[]): GroupState => admissions.reduce(withLeave, state)

/** Notes that somebody went without a fresh secret. */
function withLeave(state: GroupState, leave: Entry): GroupState {
  const isCovered = state.rekeyings.some((rekeying) => isBefore(leave, rekeying))
  return isCovered ? state : { ...state, leaves: [...state.leaves, leave] }
}

/** Closes the invites that were not made after `closing`. */
function withClosedInvites(state: GroupState, closing: Entry): GroupState {
  let invites: IdMap<InviteState> = state.invites
  for (const { by } of idValues(state.invites)) if (!isBefore(closing, by)) invites = idDelete(invites, by.id)
  return { ...state, invites }
}

/** A device that forked its chain counts as revoked, whoever it belongs to by now; that of a member closes invites. */
export function withForks(state: GroupState, forks: readonly Fork[]): GroupState {
  let after: GroupState = forks.length === 0 ? state : { ...state, forks: [...state.forks, ...forks] }
  for (const { proof } of forksOfMembers(after)) for (const entry of proof) after = withClosedInvites(after, entry)
  return after
}
