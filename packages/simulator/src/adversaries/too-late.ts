/**
 * Whether an operation comes too late, in the true order of events: a majority of those whose word counts has acknowledged
 * by now that its author was removed or demoted (PROTOCOL §5.2). Whatever its parents claim, it may take nothing from others.
 *
 * Unless its author had seen that, and had been made an admin again since: then it says nothing about a time before it,
 * and is what any admin may sign (PROTOCOL §5.1). What made it one must itself not have come too late. That is looked for
 * instead of the role that the fold finds there: beside an accomplice's late removal the fold may find a demotion filtered.
 */
import type { Primitives } from '@sotto/crypto/primitives'
import { isAncestor, type MembershipLog, operationIdOf, operationsInCausalOrder, resolveAt } from '@sotto/membership'
import { type AccountId, equalBytes, type Operation, type OperationBody, type OperationId, toBase64url } from '@sotto/wire'

/** What an operation rests on: heads, and the log of its author, which has them. */
export interface Seen {
  readonly log: MembershipLog
  readonly heads: readonly OperationId[]
}

/** `log`: an honest member's, at this moment. */
export function isTooLate(primitives: Primitives, log: MembershipLog, operation: Operation, seen: Seen): boolean {
  const { account } = operation.unsigned
  return operationsInCausalOrder(log).some(
    (loss) => isLossOf(account, loss) && isAcknowledgedOver(primitives, log, loss, operation, seen) && !isMadeGood(primitives, log, loss, account, seen),
  )
}

function isLossOf(account: AccountId, { unsigned: { body } }: Operation): boolean {
  return (body.kind === 'remove' || (body.kind === 'setRole' && body.role === 'member')) && equalBytes(body.account, account)
}

/** By a majority, in operations that do not have the other in their past. What came before the loss is none of its matter. */
function isAcknowledgedOver(primitives: Primitives, log: MembershipLog, loss: Operation, { unsigned }: Operation, seen: Seen): boolean {
  const [lossId, id] = [operationIdOf(primitives, loss.unsigned), operationIdOf(primitives, unsigned)]
  if (isAncestor(log, id, lossId)) return false
  const parties: readonly AccountId[] = [loss.unsigned.account, unsigned.account, ...subjectsOf(loss.unsigned.body), ...subjectsOf(unsigned.body)]
  const others = resolveAt(seen.log, seen.heads).members.filter((each) => !parties.some((party) => equalBytes(party, each.account)))
  const admins = others.filter(({ role }) => role === 'admin')
  const electors = admins.length > 0 ? admins : others
  const after = operationsInCausalOrder(log).filter((each) => {
    const eachId = operationIdOf(primitives, each.unsigned)
    return isAncestor(log, lossId, eachId) && !isAncestor(log, id, eachId)
  })
  const signers = new Set(after.map((each) => toBase64url(each.unsigned.account)))
  return electors.filter((each) => signers.has(toBase64url(each.account))).length * 2 > electors.length
}

/** In what it had seen, behind the loss, the account was made an admin again. */
function isMadeGood(primitives: Primitives, log: MembershipLog, loss: Operation, account: AccountId, seen: Seen): boolean {
  const lossId = operationIdOf(primitives, loss.unsigned)
  return operationsInCausalOrder(seen.log).some((gift) => {
    if (!makesAdmin(seen.log, gift, account)) return false
    const id = operationIdOf(primitives, gift.unsigned)
    const isSeen = seen.heads.some((head) => equalBytes(head, id) || isAncestor(seen.log, id, head))
    return isSeen && isAncestor(seen.log, lossId, id) && !isTooLate(primitives, log, gift, { log: seen.log, heads: gift.unsigned.parents })
  })
}

function makesAdmin(log: MembershipLog, { unsigned: { account: author, parents, body } }: Operation, account: AccountId): boolean {
  // What a member that is no admin says of its successor means nothing.
  if (body.kind === 'leave') return body.successor !== null && equalBytes(body.successor, account) && resolveAt(log, parents).isAdmin(author)
  if (body.kind === 'setRole') return body.role === 'admin' && equalBytes(body.account, account)
  return body.kind === 'admit' && body.role === 'admin' && equalBytes(body.member.list.body.account, account)
}

function subjectsOf(body: OperationBody): readonly AccountId[] {
  if (body.kind === 'leave') return body.successor === null ? [] : [body.successor]
  if (body.kind === 'admit') return [body.member.list.body.account]
  return 'account' in body ? [body.account] : []
}
