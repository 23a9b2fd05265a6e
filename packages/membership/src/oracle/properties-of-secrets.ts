/** What the model asks of keys and secrets: those who are out get none, and have none that is used. */
import { admissionsOf, departuresOf, devicesOf, isMember, members, rekeyingsOf, type View } from './facts.ts'
import type { Growth } from './log-growth.ts'
import { hexOf, isBefore, type PlacedOperation } from './placed-operation.ts'
import type { ResolvedLog } from './resolved-log.ts'

/**
 * It fails closed: a removal that was seen and is filtered later lets nobody read again. Left out is one that an admin admitted
 * knowing of the removal, also where that admission was known and filtered when the removal was seen.
 */
export function theSeenRemovedGetNoKey({ log, now }: Growth): boolean {
  const removed = new Set([...now.known].flatMap(({ unsigned: { body } }) => (body.kind === 'remove' ? [hexOf(body.account)] : [])))
  return [...removed]
    .filter((person) => isMember(now, person))
    .every((person) => {
      const own = devicesOf(now, person)
      const seen = new Set([...now.known].flatMap((operation) => seenRemovals(now, now.behind(operation), person)))
      return [...seen].every((removal) => !log.recipients(now.known, removal).some((device) => own.includes(device)))
    })
}

/** Removals by which a person was out in an earlier view, and that no admission since then, or knowing of them, undoes now. */
function seenRemovals(now: View, then: View, person: string): readonly PlacedOperation[] {
  if (isMember(then, person)) return []
  const admissions = admissionsOf(now, person)
  return departuresOf(then, person).filter(
    (removal) => removal.unsigned.body.kind === 'remove' && admissions.every((admission) => then.known.has(admission) && !isBefore(removal, admission)),
  )
}

/** Who has the secret of an epoch that members seal in is one of them, with a device that may act. */
export function onlyMembersHaveTheSecret({ log, now, roster }: Growth): boolean {
  const { rekeyings, rekeyNeededBy, members: present } = roster
  if (rekeyings.length > 1 || rekeyNeededBy.length > 0) return true
  const devices = new Set(present.flatMap((member) => member.devices))
  const current = [...now.effective].find(({ id }) => id === rekeyings[0])
  return current === undefined || [...handedWith(log, now, current)].every((device) => devices.has(device))
}

/** The devices that may have been handed a secret: with it, or by one that knows both it and what brought them in. */
const handedWith = ({ viewOf }: ResolvedLog, { known, behind }: View, rekeying: PlacedOperation): ReadonlySet<string> =>
  new Set([
    ...membersDevices(behind(rekeying)),
    ...[...known].flatMap((operation) => {
      if (operation.entry === null || operation === rekeying || isBefore(operation, rekeying)) return []
      const joint = isBefore(rekeying, operation) ? behind(operation) : viewOf(new Set([...behind(operation).known, ...behind(rekeying).known]))
      return rekeyingsOf(joint).includes(rekeying) && isMember(joint, operation.entry.account) ? devicesOf(joint, operation.entry.account) : []
    }),
  ])

/**
 * The same, and those that a device took for members by what else it knew: an admission that a removal at the same time filters counts all the
 * same for a device that also has a member's word for it, in some operation behind it.
 */
export const handedByAnyWith = (log: ResolvedLog, view: View, rekeying: PlacedOperation): ReadonlySet<string> =>
  new Set([
    ...handedWith(log, view, rekeying),
    ...[...view.known].flatMap((operation) => {
      const joint = log.viewOf(new Set([...view.behind(operation).known, ...view.behind(rekeying).known]))
      return rekeyingsOf(joint).includes(rekeying) ? membersDevices(joint) : []
    }),
  ])

const membersDevices = (view: View): readonly string[] => members(view).flatMap((person) => devicesOf(view, person))
