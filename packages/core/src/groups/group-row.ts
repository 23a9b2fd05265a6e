/** The row of a group: which epoch it is in, what its members are called, and that something a page shows of it changed. */
import { showsSomething } from '@sotto/wire'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { GROUP, NAME } from '../state/tables/groups.ts'
import { SELF } from '../state/tables/self.ts'

/** Text of the id of the epoch that a group is in, or `undefined` while a secret is missing. */
export function currentEpoch(context: Context, group: string): string | undefined {
  const row = context.draft.get(GROUP, group)
  return row === undefined || row.epoch === null ? undefined : textOf(row.epoch)
}

/** Says that something a page shows of this group changed. */
export function touch(context: Context, group: string): void {
  const row = context.draft.get(GROUP, group)
  if (row !== undefined) context.draft.put(GROUP, [group], { ...row, revision: row.revision + 1 })
}

/** Takes in what an account calls itself. One that shows nothing is no name: what it was called before stands. */
export function noteName(context: Context, account: Uint8Array, name: string): void {
  if (showsSomething(name)) context.draft.put(NAME, [textOf(account)], name)
}

/** What an account calls itself, or an empty text where nobody has said, or nothing that shows. */
export function nameOf(context: Pick<Context, 'draft'>, account: Uint8Array): string {
  const self = context.draft.get(SELF, 'self')
  const isOwn = self !== undefined && textOf(self.account) === textOf(account)
  return shown(isOwn ? self.name : (context.draft.get(NAME, textOf(account)) ?? ''))
}

/** A name or title as views carry it: empty where it shows nothing, so that pages put a word of theirs in its place. */
export const shown = (name: string): string => (showsSomething(name) ? name : '')

export const groupRow = (context: Context, group: string) => context.draft.get(GROUP, group)
