/** *In charge* (PROTOCOL §5.7): who counts as an admin. */
import { type AccountId, equalBytes } from '@sotto/wire'
import type { Entry, GroupState, Person } from '../entries/entry.ts'
import { hasDevices, isIn, personOf, roleOf } from '../entries/group-state.ts'
import { idValues } from '../entries/id-map.ts'
import { byDepthThenId } from '../entries/order.ts'
import { rulesOf } from '../operations/all.ts'

/** Whether a member is an admin: by role, or as the senior member of a group that has no other who can act. */
export function isAdminIn(state: GroupState, account: AccountId): boolean {
  const person = personOf(state, account)
  if (!isIn(person)) return false
  if (roleOf(person) === 'admin') return true
  const senior = inChargeWithoutRole(state)
  return senior !== null && equalBytes(senior.account, account)
}

/** A state never changes: worked out once, since every member is asked about. */
const inChargeOf = new WeakMap<GroupState, Person | null>()

function inChargeWithoutRole(state: GroupState): Person | null {
  let known = inChargeOf.get(state)
  if (known === undefined) {
    known = hasAdmin(state) ? null : (seniorMember(state) ?? null)
    inChargeOf.set(state, known)
  }
  return known
}

/** An admin without devices can do nothing: a group is not to wait for them. */
const hasAdmin = (state: GroupState): boolean =>
  state.adminCount > 0 && [...idValues(state.people)].some((person) => isIn(person) && roleOf(person) === 'admin' && hasDevices(state, person))

/**
 * The member with a device whose admission is nearest to `create` by the longest path, then the one with the smaller operation id. One whose
 * role was taken comes after all others: to take out, in answer, the member that took it puts nobody in charge again.
 */
function seniorMember(state: GroupState): Person | undefined {
  let senior: Person | undefined
  for (const person of idValues(state.people)) {
    if (isIn(person) && hasDevices(state, person) && (senior === undefined || bySeniority(person, senior) < 0)) senior = person
  }
  return senior
}

const bySeniority = (a: Person, b: Person): number =>
  Number(demotionsOf(a).length > 0) - Number(demotionsOf(b).length > 0) || byDepthThenId(admissionOf(a), admissionOf(b))

/** What took the role of an admin from a person, where no later role replaces it. */
export const demotionsOf = ({ account, roles }: Person): readonly Entry[] =>
  roles.flatMap(({ role, by }) => {
    const before = personOf(by.before, account)
    const { body } = by.operation.unsigned
    const takes = role === 'member' && rulesOf(body).demotes !== undefined && before !== undefined && roleOf(before) === 'admin'
    return takes ? [by] : []
  })

/** The admission that counts: of concurrent ones the first in order. */
export function admissionOf(person: Person) {
  const [first] = person.admissions.toSorted(byDepthThenId)
  if (first === undefined) throw new TypeError('a person without an admission')
  return first
}
