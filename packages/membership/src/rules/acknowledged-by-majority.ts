/**
 * *Acknowledged by a majority* (PROTOCOL §5.2): r over q, if a majority of the other admins of their common past (all other
 * members if there is no other admin; authors and subjects not counted) signed operations that have r and not q in
 * their past. So a member that holds an operation back, or dates it back, changes nothing that the others have agreed on.
 */
import { type AccountId, equalBytes, toBase64url } from '@sotto/wire'
import { commonBits } from '../entries/bits.ts'
import type { Entry, GroupState } from '../entries/entry.ts'
import { isIn } from '../entries/group-state.ts'
import { idValues } from '../entries/id-map.ts'
import { isBefore } from '../entries/order.ts'
import { rulesOf } from '../operations/all.ts'
import { isAdminIn } from './in-charge.ts'
import type { Scope } from './scope.ts'

export function isAcknowledgedByMajority(scope: Scope, r: Entry, q: Entry): boolean {
  const firstAfter = scope.firstAfter(r)
  if (firstAfter.length === 0) return false
  const parties = [r, q].flatMap((entry) => [entry.operation.unsigned.account, ...subjectsOf(entry)])
  const signers = new Set<string>()
  for (const entry of firstAfter) {
    const { account } = entry.operation.unsigned
    if (!isBefore(q, entry) && !parties.some((each) => equalBytes(each, account))) signers.add(toBase64url(account))
  }
  // Almost always nobody has: then the common past need not be folded.
  if (signers.size === 0) return false
  const electors = electorsOf(scope.stateOf(commonBits(r.past, q.past)), parties)
  const inFavour = electors.filter((account) => signers.has(toBase64url(account))).length
  return inFavour * 2 > electors.length
}

function electorsOf(state: GroupState, parties: readonly AccountId[]): readonly AccountId[] {
  const others: AccountId[] = []
  for (const person of idValues(state.people)) {
    if (isIn(person) && !parties.some((each) => equalBytes(each, person.account))) others.push(person.account)
  }
  const admins = others.filter((account) => isAdminIn(state, account))
  return admins.length > 0 ? admins : others
}

function subjectsOf({ operation }: Entry): readonly AccountId[] {
  const { body } = operation.unsigned
  return rulesOf(body).subjects(body)
}
