/** Whether an operation would count if it were written now: asked before it is signed, and before anything follows from it (PROTOCOL §5). */
import { deviceListHash } from '@sotto/crypto'
import type { Primitives } from '@sotto/crypto/primitives'
import { type AccountId, type DeviceId, LIMITS, type OperationBody } from '@sotto/wire'
import type { RightRejection } from '../entries/rejection.ts'
import type { MembershipLog } from '../log/log.ts'
import { entitled } from '../rules/entitled.ts'
import { resolve } from './resolve.ts'

/** More heads than an operation can name: the log has to be acknowledged first. */
export type NotEffective = RightRejection | { readonly code: 'tooManyHeads'; readonly limit: number }

/**
 * True, or why it would be filtered, by the fold's own rule. An operation behind all heads has nothing beside it, so it is
 * effective exactly if it is entitled. A device that an `admit` names is in the roster then, and may be welcomed.
 */
export function wouldBeEffective(
  primitives: Primitives,
  log: MembershipLog,
  author: { readonly account: AccountId; readonly device: DeviceId },
  body: OperationBody,
): true | NotEffective {
  if (log.heads.length > LIMITS.operationParents) return { code: 'tooManyHeads', limit: LIMITS.operationParents }
  const listHash = 'member' in body ? deviceListHash(primitives, body.member.list) : null
  const verdict = entitled(resolve(log).state, { account: author.account, device: author.device, body, listHash })
  return verdict.kind === 'entitled' ? true : verdict.because
}
