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
  const inFavour = electors.filter((name) => signers.has(name)).length
  return inFavour * 2 > electors.length
}

/** The members but those the pair is by or about: the admins among them, or all where none is one. */
function electorsOf(state: GroupState, parties: readonly AccountId[]): readonly string[] {
  const others = membersOf(state).filter(({ account }) => !parties.some((each) => equalBytes(each, account)))
  const admins = others.filter(({ isAdmin }) => isAdmin)
  return (admins.length > 0 ? admins : others).map(({ name }) => name)
}

interface Elector {
  readonly account: AccountId
  /** The account as text. */
  readonly name: string
  readonly isAdmin: boolean
}

/** A state never changes: worked out once, since it is asked for each pair. */
const known = new WeakMap<GroupState, readonly Elector[]>()

function membersOf(state: GroupState): readonly Elector[] {
  const members = known.get(state) ?? [...idValues(state.people)].filter(isIn).map(({ account }) => electorOf(state, account))
  known.set(state, members)
  return members
}

const electorOf = (state: GroupState, account: AccountId): Elector => ({ account, name: toBase64url(account), isAdmin: isAdminIn(state, account) })

function subjectsOf({ operation }: Entry): readonly AccountId[] {
  const { body } = operation.unsigned
  return rulesOf(body).subjects(body)
}
