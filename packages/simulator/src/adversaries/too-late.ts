/**
 * Whether an operation comes too late, in the true order of events: a majority of those whose word counts has acknowledged
 * by now that its author was removed or demoted (PROTOCOL §5.2). Whatever its parents claim, it may take nothing from others.
 */
import type { Primitives } from '@sotto/crypto/primitives'
import { isAncestor, type MembershipLog, operationIdOf, operationsInCausalOrder, resolveAt } from '@sotto/membership'
import { type AccountId, equalBytes, type Operation, type OperationId, toBase64url } from '@sotto/wire'

/** `log`: an honest member's, at this moment. `seen`: the heads in it that the operation rests on. */
export function isTooLate(primitives: Primitives, log: MembershipLog, { unsigned: { account, body } }: Operation, seen: readonly OperationId[]): boolean {
  const known = operationsInCausalOrder(log)
  const before = resolveAt(log, seen)
  return known.some((loss) => {
    const taken = loss.unsigned.body
    const isLoss = (taken.kind === 'remove' || (taken.kind === 'setRole' && taken.role === 'member')) && equalBytes(taken.account, account)
    if (!isLoss) return false
    const parties: readonly AccountId[] = [loss.unsigned.account, account, ...('account' in body ? [body.account] : [])]
    const others = before.members.filter((each) => !parties.some((party) => equalBytes(party, each.account)))
    const admins = others.filter(({ role }) => role === 'admin')
    const electors = admins.length > 0 ? admins : others
    const id = operationIdOf(primitives, loss.unsigned)
    const after = known.filter(({ unsigned }) => isAncestor(log, id, operationIdOf(primitives, unsigned)))
    const signers = new Set(after.map(({ unsigned }) => toBase64url(unsigned.account)))
    return electors.filter((each) => signers.has(toBase64url(each.account))).length * 2 > electors.length
  })
}
