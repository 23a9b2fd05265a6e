/** The row of a join request, and the relays that are wanted for it. */
import { wantNoRelays, wantRelays } from '../links/wanted-relays.ts'
import type { Context } from '../state/context.ts'
import { JOIN, type Join } from '../state/tables/groups.ts'

/** Writes the row of a request: a new one, or one that is kept while the rest of its group is forgotten. */
export function keepJoin(context: Context, group: string, join: Join): void {
  context.transaction.put(JOIN, [group], join)
  wantRelays(context, group, 'join', join.relays)
}

/** The time that the next request or withdrawal names: later than in every earlier one, whatever happened to the clock. */
export const nextAskedMs = (context: Context, { askedMs }: Join): number => Math.max(context.nowMs, askedMs + 1)

/** Ends a request. */
export function endJoin(context: Context, group: string): void {
  context.transaction.delete(JOIN, group)
  wantNoRelays(context, group, 'join')
}

/** After a start: the relays that are wanted for requests. */
export function indexJoins(context: Context): void {
  for (const { key, value } of context.transaction.scan(JOIN)) wantRelays(context, key[0] ?? '', 'join', value.relays)
}
