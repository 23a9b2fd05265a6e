/** People whom this device's person does not want to hear from (PROTOCOL §12.74). Nobody is told. */
import { textOf } from '../state/names.ts'
import type { Context } from '../state/context.ts'
import { DIRECT_CHAT } from '../state/tables/direct-chats.ts'
import { BLOCKED } from '../state/tables/people.ts'

type Reading = Pick<Context, 'transaction'>

export const isBlocked = ({ transaction }: Reading, account: Uint8Array): boolean => transaction.get(BLOCKED, textOf(account)) !== undefined

export const isAnyBlocked = ({ transaction }: Reading): boolean => transaction.first(BLOCKED) !== undefined

export function setBlocked({ transaction, nowMs }: Context, account: string, isBlockedNow: boolean): void {
  if (isBlockedNow) transaction.put(BLOCKED, [account], { atMs: nowMs })
  else transaction.delete(BLOCKED, account)
}

/** Whether a group is a conversation with a blocked person alone: nothing that is said of it is heard. */
export function isBlockedChat(context: Reading, group: string): boolean {
  const chat = context.transaction.get(DIRECT_CHAT, group)
  return chat !== undefined && isBlocked(context, chat.account)
}
