/**
 * What effective operations make of a state. For operations that are concurrent the outcome is the same in every order
 * that keeps to the one that their kinds say.
 */
import { withClosedInvites } from '../changes/open-invites.ts'
import { withLeave, withRekeying } from '../changes/rekey-needed.ts'
import type { Claim, Entry, Fork, GroupState } from '../entries/entry.ts'
import { forksOfMembers } from '../entries/group-state.ts'
import { rulesOf } from '../operations/all.ts'
import { closesInvites } from './conflicts.ts'

const RANKS = { first: 0, second: 1, last: 2 } as const

const rankOf = ({ entry }: Claim): number => RANKS[rulesOf(entry.operation.unsigned.body).applied]

/** The state with these operations in force. */
export function applyEffective(state: GroupState, claims: readonly Claim[]): GroupState {
  let after = state
  for (const claim of claims.toSorted((a, b) => rankOf(a) - rankOf(b))) after = applyOne(after, claim)
  return after
}

/** What its kind says that it does; and what follows where a member or device goes, or a fresh secret is made. */
function applyOne(state: GroupState, claim: Claim): GroupState {
  const { entry } = claim
  const { body } = entry.operation.unsigned
  const { apply, rekeys } = rulesOf(body)
  const applied = apply(state, body, claim)
  const after = closesInvites(claim) ? withClosedInvites(applied, entry) : applied
  if (rekeys === true) return withRekeying(after, entry)
  return closesInvites(claim) ? withLeave(after, entry) : after
}

/** A person admitted by one of these has the epoch's secret and is no member: a rekey is needed. */
export const withFilteredAdmissions = (state: GroupState, admissions: readonly Entry[]): GroupState => admissions.reduce(withLeave, state)

/** A device that forked its chain counts as revoked, whichever account it belongs to by now; that of a member closes invites. */
export function withForks(state: GroupState, forks: readonly Fork[]): GroupState {
  let after: GroupState = forks.length === 0 ? state : { ...state, forks: [...state.forks, ...forks] }
  for (const { proof } of forksOfMembers(after)) for (const entry of proof) after = withClosedInvites(after, entry)
  return after
}
