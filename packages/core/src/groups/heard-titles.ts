/** A group's new title may come before the operation that names its hash (PROTOCOL §5.53, §13.42). */
import type { Context } from '../state/context.ts'
import { HEARD_TITLE } from '../state/tables/groups.ts'
import { rosterOf } from './group-log.ts'
import { groupRow, takeTitle } from './group-row.ts'

/** A member says what the group is called. If that is not what the log names, it may be soon: the last one is kept. */
export function hearTitle(context: Context, group: string, title: string): void {
  if (title === '' || groupRow(context, group) === undefined) return
  if (!takeTitle(context, group, rosterOf(context, group), title)) context.transaction.put(HEARD_TITLE, [group], title)
}

/** The log may name another hash by now. */
export function takeHeardTitle(context: Context, group: string): void {
  const title = context.transaction.get(HEARD_TITLE, group)
  if (title !== undefined && takeTitle(context, group, rosterOf(context, group), title)) context.transaction.delete(HEARD_TITLE, group)
}
