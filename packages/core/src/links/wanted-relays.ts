/**
 * Who wants which relays: the person (`own-relays.ts`), a group that one is in, a request to join one. Whoever wants some
 * says so here, and links asks nobody why. What only others name in their addresses is wanted by nobody (`relay-links.ts`).
 */
import type { Context } from '../state/context.ts'
import { WANTED_RELAYS } from '../state/tables/links.ts'

/** Why relays are wanted for a group: one is in it, or asks to be. */
export type Reason = 'member' | 'join'

/** From now on these relays are wanted for this, best first, and those of before no more. */
export const wantRelays = (context: Context, group: string, reason: Reason, relays: readonly string[]): void =>
  context.transaction.put(WANTED_RELAYS, [group, reason], relays)

/** Nothing is wanted for this any more. */
export const wantNoRelays = (context: Context, group: string, reason: Reason): void => context.transaction.delete(WANTED_RELAYS, group, reason)

/** What is wanted for a group, best first; `undefined`: one is not in it, or does not ask to be. */
export const wantedFor = (context: Context, group: string, reason: Reason): readonly string[] | undefined =>
  context.transaction.get(WANTED_RELAYS, group, reason)

/** All that is wanted for this reason, group by group. */
export const allWanted = (context: Context, reason: Reason): readonly { readonly group: string; readonly relays: readonly string[] }[] =>
  context.transaction.scan(WANTED_RELAYS).flatMap(({ key: [group = '', why], value }) => (why === reason ? [{ group, relays: value }] : []))
