/** Because of what a rekey is needed (PROTOCOL §6.8): a device that is no member's has the epoch's secret, or may have it. */
import type { DeviceId } from '@sotto/wire'
import type { Entry, GroupState, Person } from '../entries/entry.ts'
import { currentDevices, forksOfMembers, isCurrentDevice, isIn, personOf } from '../entries/group-state.ts'
import { idGet, idValues } from '../entries/id-map.ts'
import { isBefore } from '../entries/order.ts'

/**
 * Entries by which a device has the secret of the epoch, or may have it, and is no member's: what took it away and is in
 * the past of no effective rekeying, what brought it in since, and a rekeying that handed the secret to it. And a rekeying that passed
 * over a device that is a member's again.
 */
export function rekeyNeededBy(state: GroupState): readonly Entry[] {
  const isSince = (entry: Entry): boolean => !state.rekeyings.some((rekeying) => isBefore(entry, rekeying))
  const gone = [...state.leaves, ...forksOfMembers(state).flatMap(({ proof }) => proof)]
  const since = [...gone.filter(isSince), ...introductionsOfLostDevices(state, isSince)]
  return [...new Set([...since, ...state.rekeyings.filter((rekeying) => hasLostDevice(rekeying.after, state) || lacksDevice(rekeying, state))])]
}

/** Admissions and device lists that first brought in a device that is no member's now: it may have been handed the secret. */
const introductionsOfLostDevices = (state: GroupState, isSince: (entry: Entry) => boolean): readonly Entry[] =>
  [...idValues(state.devices)].filter(({ by, device }) => isSince(by) && !isMembersDevice(state, device)).map(({ by }) => by)

/**
 * Whether a device of a member then is no member's now. What was effective then may be filtered by what was heard later, and
 * the other way round; so a removal can count again whose subject was handed the secret.
 */
const hasLostDevice = (then: GroupState, now: GroupState): boolean => [...idValues(then.people)].some((person) => isIn(person) && isLost(then, person, now))

/**
 * Whether a member's device now was no member's then, and came in by nothing since: its person's removal counts no longer, or what took
 * the device. It was not handed the secret, and what would take it out again would find no rekey needed if others gave it that.
 */
const lacksDevice = (rekeying: Entry, now: GroupState): boolean =>
  [...idValues(now.people)].some((person) => isIn(person) && !cameSince(person, rekeying) && isLost(now, person, rekeying.after))

const cameSince = ({ admissions, list }: Person, rekeying: Entry): boolean =>
  [list.by, ...admissions].some((entry) => entry !== rekeying && !isBefore(entry, rekeying))

function isLost(then: GroupState, person: Person, now: GroupState): boolean {
  if (isUntouched(then, person, now)) return false
  return currentDevices(then, person).some(({ certificate }) => !isMembersDevice(now, certificate.body.device))
}

/** Of a thousand members nothing has changed for most: that is seen without looking at their lists. */
const isUntouched = (then: GroupState, person: Person, now: GroupState): boolean =>
  personOf(now, person.account) === person &&
  now.forks.length === then.forks.length &&
  person.list.entry.devices.every(({ certificate: { body } }) => idGet(now.devices, body.device) === idGet(then.devices, body.device))

function isMembersDevice(state: GroupState, device: DeviceId): boolean {
  const owner = idGet(state.devices, device)?.account
  return owner !== undefined && isCurrentDevice(state, owner, device)
}
