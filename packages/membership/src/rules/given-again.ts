/**
 * What an operation took, and something behind it gave again (PROTOCOL §5.51). An operation that was written behind what takes its
 * right had the right for one of two reasons: it was given again, as here, or what takes it was filtered there. In the second case it
 * loses the right where that counts after all. Of concurrent operations nothing here is so: what r rests on is in r's past.
 */
import { equalBytes, type OperationId } from '@sotto/wire'
import type { Entry } from '../entries/entry.ts'
import { personOf } from '../entries/group-state.ts'
import { idGet } from '../entries/id-map.ts'
import { isBefore } from '../entries/order.ts'

const authorOf = ({ before, operation }: Entry) => personOf(before, operation.unsigned.account)

/** The author is a member by an admission behind the removal. */
export const isLetInAgain = (removal: Entry, r: Entry): boolean => authorOf(r)?.admissions.some((admission) => isBefore(removal, admission)) === true

/** The author has a role from behind the demotion, or was in charge without one although the demotion counted. */
export const isDemotionOver = (demotion: Entry, r: Entry): boolean => authorOf(r)?.roles.some(({ by }) => by === demotion || isBefore(demotion, by)) === true

/** The invite was made behind what closes all others. */
export function isMadeBehind(closing: Entry, r: Entry, invite: OperationId): boolean {
  const made = idGet(r.before.invites, invite)?.by
  return made !== undefined && isBefore(closing, made)
}

/** A device that a list only leaves out may be in another one. What a list revokes never comes back. */
export function isListedAgain(list: Entry, r: Entry): boolean {
  const { body } = list.operation.unsigned
  if (!isBefore(list, r) || body.kind !== 'devices') return false
  return !body.member.list.body.revoked.some((device) => equalBytes(device, r.operation.unsigned.device))
}
