/**
 * Conversations of two people (PROTOCOL §8). Each is a group with the cipher `pairwise` that both devices know to be a direct
 * chat. It is one only for as long as nobody else was ever in it.
 */
import { type AccountId, equalBytes } from '@sotto/wire'
import { selfOf } from '../identity/profile.ts'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { DIRECT_CHAT, type DirectChat } from '../state/tables/direct-chats.ts'
import { GROUP, JOIN } from '../state/tables/groups.ts'
import { rosterOf } from './group-log.ts'

/** The direct chats with an account, with their groups. */
export const directChatsWith = (context: Pick<Context, 'transaction'>, account: Uint8Array): readonly { readonly group: string; readonly chat: DirectChat }[] =>
  context.transaction.scan(DIRECT_CHAT).flatMap(({ key, value }) => (equalBytes(value.account, account) ? [{ group: key[0] ?? '', chat: value }] : []))

/** Everybody who is or was in a group, but this device's own person. */
function othersIn(context: Context, group: string): readonly AccountId[] {
  const { members, departed } = rosterOf(context, group)
  const own = selfOf(context).account
  return [...members, ...departed].map(({ account }) => account).filter((account) => !equalBytes(account, own))
}

/** Whether the other person of a direct chat has not been in it yet: nothing is sealed before, since nobody could read it. */
export const awaitsOther = (context: Context, group: string): boolean =>
  context.transaction.get(DIRECT_CHAT, group)?.isOurs === true && othersIn(context, group).length === 0

/** Whether one may write to this person here: both are in, or the other is still to come. */
export function isOpenWith(context: Context, group: string, account: AccountId): boolean {
  if (context.transaction.get(JOIN, group) !== undefined) return context.transaction.get(JOIN, group)?.step !== 'refused'
  if (context.transaction.get(GROUP, group)?.state !== 'member') return false
  return awaitsOther(context, group) || rosterOf(context, group).isMember(account)
}

/** A group that this device shares with an account. */
export const sharedGroupWith = (context: Context, account: AccountId): string | undefined =>
  context.transaction
    .scan(GROUP)
    .flatMap(({ key, value }) => (value.state === 'member' ? [key[0] ?? ''] : []))
    .find((group) => rosterOf(context, group).isMember(account) && textOf(account) !== textOf(selfOf(context).account))

/** Notes that a group is to be a direct chat, or when it is said again. */
export const keepDirectChat = (context: Context, group: string, chat: DirectChat): void => context.transaction.put(DIRECT_CHAT, [group], chat)
