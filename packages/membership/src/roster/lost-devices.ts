/** Devices of members that find no other member by themselves. */
import type { DeviceId } from '@sotto/wire'
import { hasBit } from '../entries/bits.ts'
import { admissionEntries, seenBy } from '../log/log-queries.ts'
import type { MembershipLog } from '../log/log.ts'
import { resolve } from './resolve.ts'

/** A log never changes: worked out once. */
const lost = new WeakMap<MembershipLog, readonly DeviceId[]>()

/**
 * The devices of present members that know no other present device, as far as their own operations and admissions show. All
 * whom such a device knew have gone.
 */
export function lostDevices(log: MembershipLog): readonly DeviceId[] {
  const known = lost.get(log) ?? devicesThatKnowNobody(log)
  lost.set(log, known)
  return known
}

function devicesThatKnowNobody(log: MembershipLog): readonly DeviceId[] {
  const devices = resolve(log).members.flatMap((member) => member.devices.map(({ device }) => device))
  const admitted = devices.map((device) => ({ device, admissions: admissionEntries(log, device) }))
  return devices.filter((reader) => {
    const seen = seenBy(log, reader)
    // A device without an admission is the founder's, which every device knows.
    return !admitted.some(({ device, admissions }) => device !== reader && (admissions.length === 0 || admissions.some(({ index }) => hasBit(seen, index))))
  })
}
