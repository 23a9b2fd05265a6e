/** Whether this device still compares logs as a new member (PROTOCOL §5). Until then it knows the group by the word of those who let it in. */
import { equalBytes } from '@sotto/wire'
import type { Context } from '../state/context.ts'
import { NEW_MEMBER, type NewMember } from '../state/tables/groups.ts'

/**
 * Whether our keys and our first message still have to wait. One answer alone ends the wait only after a moment, in which
 * another may contradict it: the first to agree may be a removed member (PROTOCOL §5).
 */
export function isComparing(context: Context, group: string): boolean {
  const row = context.transaction.get(NEW_MEMBER, group)
  if (row === undefined || row.untilMs <= context.nowMs) return false
  const isAnswered = row.asked.every((each) => row.confirmed.some((account) => equalBytes(account, each)))
  return !isAnswered && (row.confirmed.length === 0 || row.soonMs > context.nowMs)
}

/** What groups says of a comparison: it goes on in this way, or it is over. */
export const putComparison = (context: Context, group: string, row: NewMember): void => context.transaction.put(NEW_MEMBER, [group], row)

/** Our keys leave, or we are out. */
export const endComparison = (context: Context, group: string): void => context.transaction.delete(NEW_MEMBER, group)
