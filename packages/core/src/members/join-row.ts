/** The row of a request to join, and the relays that it wants. */
import { wantNoRelays, wantRelays } from '../links/wanted-relays.ts'
import type { Context } from '../state/context.ts'
import { JOIN, type Join } from '../state/tables/groups.ts'

/** A request begins, or is kept through what forgets the rest of its group. */
export function keepJoin(context: Context, group: string, join: Join): void {
  context.transaction.put(JOIN, [group], join)
  wantRelays(context, group, 'join', join.relays)
}

/** A request is over. */
export function endJoin(context: Context, group: string): void {
  context.transaction.delete(JOIN, group)
  wantNoRelays(context, group, 'join')
}

/** After a start: what requests want. */
export function indexJoins(context: Context): void {
  for (const { key, value } of context.transaction.scan(JOIN)) wantRelays(context, key[0] ?? '', 'join', value.relays)
}
