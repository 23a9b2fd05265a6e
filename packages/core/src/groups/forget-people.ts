/** What this device keeps of people ends with the last group that it shares with them. */
import { selfOf } from '../identity/profile.ts'
import { textOf } from '../state/names.ts'
import type { Context } from '../state/context.ts'
import { DIRECT_CHAT } from '../state/tables/direct-chats.ts'
import { GROUP } from '../state/tables/groups.ts'
import { ACCOUNT_DEVICES, FORKED, LOOKALIKE, LOOKS, NAME, PIN, PROFILE } from '../state/tables/people.ts'
import { rosterOf } from './group-log.ts'

/** Everybody who is or was a member. */
function peopleOf(context: Context, group: string): readonly string[] {
  const { members, departed } = rosterOf(context, group)
  return [...new Set([...members, ...departed].map(({ account }) => textOf(account)))]
}

/** Tables of people. Key: account. */
const OF_PEOPLE = [NAME, PROFILE, PIN, ACCOUNT_DEVICES, FORKED, LOOKS] as const

/**
 * Forgets everybody who is in no group here, also one that a group called by name and does not have in its log any more. This
 * device's own person stays: others are told apart from it.
 */
export function forgetPeople(context: Context): void {
  const known = new Set(context.transaction.scan(GROUP).flatMap(({ key }) => peopleOf(context, key[0] ?? '')))
  known.add(textOf(selfOf(context).account))
  for (const { value } of context.transaction.scan(DIRECT_CHAT)) known.add(textOf(value.account))
  const accounts = new Set(OF_PEOPLE.flatMap((table) => context.transaction.scan(table as typeof NAME).map(({ key }) => key[0] ?? '')))
  for (const account of accounts) {
    if (known.has(account)) continue
    for (const look of context.transaction.get(LOOKS, account) ?? []) context.transaction.delete(LOOKALIKE, look, account)
    for (const table of OF_PEOPLE) context.transaction.deleteAll(table, account)
  }
}
