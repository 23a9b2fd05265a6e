/** What a person may do, asked before an operation is written: the same rules as the fold's, and manners. */
import { deviceListHash } from '@sotto/crypto'
import type { Primitives } from '@sotto/crypto/primitives'
import { type AccountId, type DeviceId, equalBytes, type OperationBody } from '@sotto/wire'
import type { AuthorRejection } from '../entries/rejection.ts'
import { rulesOf } from '../operations/all.ts'
import { entitled } from '../rules/entitled.ts'
import type { Roster } from './roster.ts'

/** True, or the sentence that forbids it. */
export function mayAuthor(
  primitives: Primitives,
  roster: Roster,
  author: { readonly account: AccountId; readonly device: DeviceId },
  body: OperationBody,
): true | AuthorRejection {
  const listHash = 'member' in body ? deviceListHash(primitives, body.member.list) : null
  const { account, device } = author
  const verdict = entitled(roster.state, { account, device, body, listHash })
  if (verdict.kind === 'notEntitled') return verdict.because
  return leavesNobodyInCharge(roster, account, body) ? { code: 'lastAdminNamesSuccessor' } : true
}

/** The last admin leaves, or hands back the role, and others stay. The fold would put the senior member in charge. */
function leavesNobodyInCharge(roster: Roster, account: AccountId, body: OperationBody): boolean {
  const admins = roster.members.filter(({ role }) => role === 'admin')
  const isLastAdmin = admins.length === 1 && admins.every((admin) => equalBytes(admin.account, account))
  if (!isLastAdmin || roster.members.length === 1) return false
  return rulesOf(body).leavesNobodyInCharge?.(body, account) ?? false
}
