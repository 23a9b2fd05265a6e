/**
 * *Conflicts with* (PROTOCOL §5.3, §5.51): q with r, if q removes r's author or takes the right r needs, r is not in q's past,
 * and r is not acknowledged by a majority over q. Where r has q in its past, r was written where q was filtered, or what it
 * took was given again (`given-again.ts`).
 */
import { type AccountId, equalBytes, type OperationId, toBase64url } from '@sotto/wire'
import { hasBit } from '../entries/bits.ts'
import type { Claim, Entry, Fork } from '../entries/entry.ts'
import { chainKey } from '../entries/history.ts'
import { byDepthThenId, isBefore, isConcurrent } from '../entries/order.ts'
import { rulesOf } from '../operations/all.ts'
import type { Scope } from './scope.ts'
import { isAcknowledgedByMajority } from './acknowledged-by-majority.ts'
import { isDemotionOver, isLetInAgain, isListedAgain, isMadeBehind } from './given-again.ts'

export const conflictsWith = (scope: Scope, q: Claim, r: Claim): boolean =>
  q !== r && !isBefore(r.entry, q.entry) && (removesAuthor(scope, q, r) || takesRight(q, r)) && !isAcknowledgedByMajority(scope, r.entry, q.entry)

/** Removals and revocations. A departed member takes nothing back: a `leave` conflicts with no operation of its author. */
function removesAuthor(scope: Scope, q: Claim, r: Claim): boolean {
  const { body, account } = q.entry.operation.unsigned
  const author = r.entry.operation.unsigned
  const { removes } = rulesOf(body)
  if (removes !== undefined) return equalBytes(removes(body), author.account) && !isLetInAgain(q.entry, r.entry)
  const isRevoked =
    equalBytes(account, author.account) && q.right.revokes.some((device) => equalBytes(device, author.device)) && !isListedAgain(q.entry, r.entry)
  return isRevoked && !isLateRevocation(scope, q.entry, r.entry)
}

function takesRight(q: Claim, r: Claim): boolean {
  const { body } = q.entry.operation.unsigned
  const other = r.entry.operation.unsigned
  const { closesInvite, demotes } = rulesOf(body)
  const invite = inviteOf(r)
  if (invite !== null) {
    if (closesInvites(q)) return !isMadeBehind(q.entry, r.entry, invite)
    if (closesInvite !== undefined) return equalBytes(closesInvite(body), invite)
  }
  const demoted = demotes?.(body) ?? null
  return demoted !== null && r.right.needsAdmin && equalBytes(demoted, other.account) && !isDemotionOver(q.entry, r.entry)
}

/** The invite by which an operation has its right. */
export function inviteOf({ entry }: Claim): OperationId | null {
  const { body } = entry.operation.unsigned
  return rulesOf(body).byInvite?.(body) ?? null
}

/** Every removal, departure or revocation closes all open invites. */
export const closesInvites = ({ entry, right }: Claim): boolean => rulesOf(entry.operation.unsigned.body).takesAway === true || right.revokes.length > 0

/** Whether it takes a member, a role, a device or an invite away. A departed member takes nothing but itself. */
export function takes({ entry, right }: Claim): boolean {
  const { body } = entry.operation.unsigned
  const { removes, demotes, closesInvite } = rulesOf(body)
  return removes !== undefined || (demotes?.(body) ?? null) !== null || closesInvite !== undefined || right.revokes.length > 0
}

/** Whether an operation takes back, at the same time, an invite that a member is admitted by. */
export const isAimedAtInvites = (claim: Claim): boolean => closesInvites(claim) || rulesOf(claim.entry.operation.unsigned.body).closesInvite !== undefined

/** Whom an operation is aimed at, by account. */
export function aimOf({ entry }: Claim): AccountId {
  const { body, account } = entry.operation.unsigned
  const { removes, demotes } = rulesOf(body)
  return removes?.(body) ?? demotes?.(body) ?? account
}

/** Whether an operation can conflict with any other: most cannot. */
export function isAggressive(claim: Claim): boolean {
  const { body } = claim.entry.operation.unsigned
  return isAimedAtInvites(claim) || (rulesOf(body).demotes?.(body) ?? null) !== null
}

/**
 * A device's own operations form a chain. Where two share a predecessor, its keys are in two hands: from there on each
 * branch is filtered unless a majority acknowledged it over the other. `create` is nobody's branch.
 */
export function isForked(scope: Scope, r: Entry): boolean {
  let link: Entry | undefined = r
  while (link !== undefined && scope.inRegion.has(link)) {
    const current: Entry = link
    for (const sibling of siblingsOf(scope, current)) {
      if (isConcurrent(sibling, r) && !isAcknowledgedByMajority(scope, r, sibling) && !isLateFork(scope, sibling, r)) return true
    }
    const { previous } = current.operation.unsigned
    link = previous === null ? undefined : scope.history.byId.get(toBase64url(previous))
  }
  return false
}

/**
 * Whether the sibling is by an author from whom something was taken that has this one in its past and not the sibling: nobody
 * takes back what they gave by forking their own chain afterwards.
 */
const isLateFork = (scope: Scope, sibling: Entry, r: Entry): boolean =>
  takingsAtTheTimeOf(scope, sibling).some((claim) => isBefore(r, claim.entry) && takesFrom(claim, sibling))

/** The same of a revocation: another person took something from its author at the same time, and not before this one. */
const isLateRevocation = (scope: Scope, revocation: Entry, r: Entry): boolean =>
  takingsAtTheTimeOf(scope, revocation).some((claim) => !isBefore(claim.entry, r) && takesFromPerson(claim, revocation))

const takingsAtTheTimeOf = ({ region }: Scope, other: Entry): readonly Claim[] =>
  region.filter((entry) => isConcurrent(entry, other)).map((entry) => ({ entry, right: entry.right }))

/** It removes the author of the other, takes their role, or takes their device. */
function takesFrom(claim: Claim, other: Entry): boolean {
  const { device } = other.operation.unsigned
  return claim.right.revokes.some((each) => equalBytes(each, device)) || takesFromPerson(claim, other)
}

/** It is another's, and removes the author of this one or takes their role. */
function takesFromPerson(claim: Claim, { operation: { unsigned } }: Entry): boolean {
  return takes(claim) && !isOwn(claim, unsigned.account) && equalBytes(aimOf(claim), unsigned.account)
}

const isOwn = ({ entry }: Claim, account: AccountId): boolean => equalBytes(entry.operation.unsigned.account, account)

/** Other operations of the set with the same device and predecessor. */
export function siblingsOf({ history, set }: Scope, entry: Entry): readonly Entry[] {
  if (!history.forked.has(entry)) return []
  const { device, previous } = entry.operation.unsigned
  const all = history.successors.get(chainKey(device, previous)) ?? []
  return all.filter((other) => other !== entry && hasBit(set, other.index))
}

/** The forks in the region. All branches of one begin in the same region: none of them is before another. */
export function forksIn(scope: Scope): readonly Fork[] {
  return scope.region.flatMap((entry): readonly Fork[] => {
    const siblings = siblingsOf(scope, entry)
    if (siblings.length === 0) return []
    const proof = [entry, ...siblings].toSorted(byDepthThenId)
    return proof[0] === entry ? [{ device: entry.operation.unsigned.device, proof }] : []
  })
}
