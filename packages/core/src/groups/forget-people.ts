/** What this device keeps of people ends with the last group that it shares with them. */
import { selfOf } from '../identity/profile.ts'
import { textOf } from '../state/names.ts'
import type { Context } from '../state/context.ts'
import { GROUP } from '../state/tables/groups.ts'
import { ACCOUNT_DEVICES, FORKED, LOOKALIKE, LOOKS, NAME, PIN } from '../state/tables/people.ts'
import { rosterOf } from './group-log.ts'

/** Everybody who is or was a member. */
export function peopleOf(context: Context, group: string): readonly string[] {
  const { members, departed } = rosterOf(context, group)
  return [...new Set([...members, ...departed].map(({ account }) => textOf(account)))]
}

/** Forgets those of these people who are in no group here. This device's own person stays: others are told apart from it. */
export function forgetPeople(context: Context, people: readonly string[]): void {
  const known = new Set(context.transaction.scan(GROUP).flatMap(({ key }) => peopleOf(context, key[0] ?? '')))
  known.add(textOf(selfOf(context).account))
  for (const account of people) {
    if (known.has(account)) continue
    for (const look of context.transaction.get(LOOKS, account) ?? []) context.transaction.delete(LOOKALIKE, look, account)
    for (const table of [NAME, PIN, ACCOUNT_DEVICES, FORKED, LOOKS]) context.transaction.deleteAll(table, account)
  }
}
