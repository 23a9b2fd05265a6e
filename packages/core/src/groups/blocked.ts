/** People whom this device's person does not want to hear from (PROTOCOL §12.74). Nobody is told. */
import { dropSignals } from '../links/relay-client.ts'
import { textOf } from '../state/names.ts'
import type { Context } from '../state/context.ts'
import { DIRECT_CHAT } from '../state/tables/direct-chats.ts'
import { BLOCKED } from '../state/tables/people.ts'

type Reading = Pick<Context, 'transaction'>

export const isBlocked = ({ transaction }: Reading, account: Uint8Array): boolean => transaction.get(BLOCKED, textOf(account)) !== undefined

export const isAnyBlocked = ({ transaction }: Reading): boolean => transaction.first(BLOCKED) !== undefined

export function setBlocked(context: Context, account: string, isBlockedNow: boolean): void {
  const { transaction, nowMs } = context
  if (!isBlockedNow) return transaction.delete(BLOCKED, account)
  transaction.put(BLOCKED, [account], { atMs: nowMs })
  // One of the chat with that person may wait for a relay that hangs. The others are said again, or are over by then.
  dropSignals(context)
}

/** Whether a group is a conversation with a blocked person alone: nothing that is said of it is heard. */
export function isBlockedChat(context: Reading, group: string): boolean {
  const chat = context.transaction.get(DIRECT_CHAT, group)
  return chat !== undefined && isBlocked(context, chat.account)
}
