/** *In charge* (PROTOCOL §5.7): who counts as an admin. */
import { type AccountId, equalBytes } from '@sotto/wire'
import type { GroupState, Person } from '../entries/entry.ts'
import { isIn, personOf, roleOf } from '../entries/group-state.ts'
import { idValues } from '../entries/id-map.ts'
import { byDepthThenId } from '../entries/order.ts'

/** Whether a member is an admin: by role, or as the senior member of a group that has no other. */
export function isAdminIn(state: GroupState, account: AccountId): boolean {
  const person = personOf(state, account)
  if (!isIn(person)) return false
  if (roleOf(person) === 'admin') return true
  const senior = state.adminCount === 0 ? seniorMember(state) : undefined
  return senior !== undefined && equalBytes(senior.account, account)
}

/** The member whose admission is nearest to `create` by the longest path, then the one with the smaller operation id. */
function seniorMember(state: GroupState): Person | undefined {
  let senior: Person | undefined
  for (const person of idValues(state.people)) {
    if (isIn(person) && (senior === undefined || byDepthThenId(admissionOf(person), admissionOf(senior)) < 0)) senior = person
  }
  return senior
}

/** The admission that counts: of concurrent ones the first in order. */
export function admissionOf(person: Person) {
  const [first] = person.admissions.toSorted(byDepthThenId)
  if (first === undefined) throw new TypeError('a person without an admission')
  return first
}
