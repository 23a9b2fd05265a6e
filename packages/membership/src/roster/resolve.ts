/** From a log to the roster that all devices with the same operations get (PROTOCOL §13.5). */
import { type AccountId, compareBytes, type GroupId, LIMITS, NO_HISTORY, type OperationId, toBase64url } from '@sotto/wire'
import type { Entry, GroupState, Person } from '../entries/entry.ts'
import { currentDevices, isIn, personOf, revokedOf } from '../entries/group-state.ts'
import { idGet, idValues } from '../entries/id-map.ts'
import { byDepthThenId } from '../entries/order.ts'
import { entryOf, type MembershipLog, stateOfHeads, stateOfLog } from '../log/log.ts'
import { admissionOf, isAdminIn } from '../rules/in-charge.ts'
import { rekeyNeededBy } from './rekey-needed-by.ts'
import type { Departure, OpenInvite, Roster, RosterDevice, RosterMember } from './roster.ts'

const HOUR_MS = 3_600_000

/** By the heads: they are the same value as long as nothing has a new place. */
const resolved = new WeakMap<MembershipLog['heads'], Roster>()

/** The roster of all operations in the log. Folded once. Without a `create` it is empty. */
export function resolve(log: MembershipLog): Roster {
  const known = resolved.get(log.heads)
  if (known !== undefined) return known
  const roster = rosterOfState(log.group, stateOfLog(log))
  resolved.set(log.heads, roster)
  return roster
}

/** The roster of the operations that these heads name, with all before them. Unknown heads are left out. */
export const resolveAt = (log: MembershipLog, heads: readonly OperationId[]): Roster =>
  rosterOfState(
    log.group,
    stateOfHeads(
      log.history,
      heads.flatMap((id) => entryOf(log, id) ?? []),
    ),
  )

/** A state in the form that other rooms read. */
export function rosterOfState(group: GroupId, state: GroupState): Roster {
  const people = [...idValues(state.people)]
  const members = people.filter(isIn).map((person) => memberOf(state, person))
  const rekeyings = idsOf(state.rekeyings)
  const neededBy = idsOf(rekeyNeededBy(state))
  const create = state.create?.operation.unsigned.body
  return {
    group,
    groupCipher: create?.kind === 'create' ? create.groupCipher : 'sender-keys',
    titleHash: state.title?.value ?? new Uint8Array(32),
    relays: state.relays?.value ?? null,
    isAddressPrivate: state.addressPrivacy?.value ?? false,
    lifetimeSeconds: state.lifetime?.value ?? 0,
    history: state.history?.value ?? NO_HISTORY,
    policy: policyOf(state),
    members,
    departed: people.filter((person) => !isIn(person)).map(departureOf),
    revokedDevices: people.flatMap(({ account }) => [...idValues(revokedOf(state, account))]).toSorted(compareBytes),
    ...invitesOf(state),
    rekeyings,
    rekeyingCount: rekeyings.length,
    conflictingRekeys: rekeyings.length > 1,
    rekeyNeeded: neededBy.length > 0,
    rekeyNeededBy: neededBy,
    everyDevice: [...idValues(state.devices)].map(({ device }) => device),
    isMember: (account) => isIn(personOf(state, account)),
    isAdmin: (account) => isAdminIn(state, account),
    deviceOf: deviceFinder(members),
    accountOf: (device) => idGet(state.devices, device)?.account,
    state,
  }
}

const idsOf = (entries: readonly Entry[]): readonly OperationId[] => entries.map(({ id }) => id).toSorted(compareBytes)

function memberOf(state: GroupState, person: Person): RosterMember {
  const { entry, by } = person.list
  const devices = currentDevices(state, person).map(({ certificate, inbox }): RosterDevice => {
    const { device, deviceDh } = certificate.body
    return { device, deviceDh, certificate, inbox, admittedBy: by.id }
  })
  return {
    account: person.account,
    role: isAdminIn(state, person.account) ? 'admin' : 'member',
    devices: devices.toSorted((a, b) => compareBytes(a.device, b.device)),
    listVersion: entry.list.body.version,
    admittedBy: admissionOf(person).id,
  }
}

/** Finds members' devices; the index is made when one is first looked for. */
function deviceFinder(members: readonly RosterMember[]): Roster['deviceOf'] {
  let index: ReadonlyMap<string, RosterDevice & { readonly account: AccountId }> | undefined
  return (device) => {
    index ??= new Map(members.flatMap(({ account, devices }) => devices.map((each) => [toBase64url(each.device), { ...each, account }])))
    return index.get(toBase64url(device))
  }
}

/** The first of the operations that keep a person from being a member; a removal before a `leave`. */
function departureOf({ account, departures }: Person): Departure {
  const sorted = departures.toSorted(byDepthThenId)
  const first = sorted.find(({ operation }) => operation.unsigned.body.kind === 'remove') ?? sorted[0]
  if (first === undefined) throw new TypeError('nothing keeps this person out')
  return { account, how: first.operation.unsigned.body.kind === 'leave' ? 'left' : 'removed', operation: first.id }
}

function policyOf({ policy }: GroupState): Roster['policy'] {
  return policy === null
    ? { rotateAfterMessages: LIMITS.rotateAfterMessages, rotateAfterMs: LIMITS.rotateAfterMs }
    : { rotateAfterMessages: policy.value.rotateAfterMessages, rotateAfterMs: policy.value.rotateAfterHours * HOUR_MS }
}

function invitesOf(state: GroupState): Pick<Roster, 'openInvites' | 'overspentInvites'> {
  const openInvites: OpenInvite[] = []
  const overspentInvites: { id: OperationId; uses: number; used: number }[] = []
  for (const { by, used } of idValues(state.invites)) {
    const { account: author, body } = by.operation.unsigned
    if (body.kind !== 'invite') continue
    const { inviteKey, role, expiresMs, rendezvousSeed, uses } = body
    if (used < uses) openInvites.push({ id: by.id, inviteKey, role, usesLeft: uses - used, expiresMs, rendezvousSeed, author })
    if (used > uses) overspentInvites.push({ id: by.id, uses, used })
  }
  return { openInvites, overspentInvites }
}
