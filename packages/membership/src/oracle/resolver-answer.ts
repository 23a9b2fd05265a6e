/** The real resolver's answer, in the form of the second one's. */
import { type MembershipLog, setOf } from '../log/log.ts'
import { resolve, rosterOfState } from '../roster/resolve.ts'
import type { Roster } from '../roster/roster.ts'
import { stateOf } from '../rules/fold.ts'
import { scopeOf } from '../rules/scope.ts'
import { effectiveOf } from '../rules/effective.ts'
import { type Answer, byId, type RosterAnswer } from './answer.ts'
import { hexOf } from './placed-operation.ts'

export function resolverAnswer(log: MembershipLog): Answer {
  const { history, heads, group } = log
  const entries = history.entries.slice(0, log.count)
  const set = setOf(heads)
  const effective = effectiveOf(scopeOf(history, set, entries, (other) => stateOf(history, other)))
  return {
    roster: rosterAnswer(resolve(log)),
    effective: effective.map(({ entry }) => hexOf(entry.id)).toSorted(),
    operations: byId(
      entries.map((entry) => ({
        id: hexOf(entry.id),
        before: rosterAnswer(rosterOfState(group, entry.before)),
      })),
    ),
  }
}

export const rosterAnswer = (roster: Roster): RosterAnswer => ({
  titleHash: hexOf(roster.titleHash),
  relays: roster.relays,
  isAddressPrivate: roster.isAddressPrivate,
  lifetimeSeconds: roster.lifetimeSeconds,
  history: roster.history,
  policy: roster.policy,
  members: roster.members.map(({ account, role, devices, listVersion, admittedBy }) => ({
    account: hexOf(account),
    role,
    devices: devices.map(({ device }) => hexOf(device)),
    devicesBy: devices[0] === undefined ? '' : hexOf(devices[0].admittedBy),
    listVersion,
    admittedBy: hexOf(admittedBy),
  })),
  departed: roster.departed.map(({ account, how, operation }) => ({ account: hexOf(account), how, operation: hexOf(operation) })),
  revokedDevices: roster.revokedDevices.map(hexOf),
  openInvites: byId(roster.openInvites.map(({ id, usesLeft }) => ({ id: hexOf(id), usesLeft }))),
  overspentInvites: byId(roster.overspentInvites.map(({ id, used }) => ({ id: hexOf(id), used }))),
  rekeyings: roster.rekeyings.map(hexOf),
  rekeyNeededBy: roster.rekeyNeededBy.map(hexOf),
  everyDevice: roster.everyDevice.map(hexOf),
})
