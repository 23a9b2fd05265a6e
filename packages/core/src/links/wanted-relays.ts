/**
 * Which relays are wanted: by the person (`own-relays.ts`), by a group that we are in, by a join request. Higher rooms say
 * it here, and links never asks for reasons. Relays that only others name in their addresses are not wanted (`relay-links.ts`).
 */
import type { Context } from '../state/context.ts'
import { WANTED_RELAYS } from '../state/tables/links.ts'

/** Why relays are wanted for a group: we are a member, or we ask to join. */
export type Reason = 'member' | 'join'

/** Sets the relays that are wanted for this reason, best first. They replace the earlier ones. */
export const wantRelays = (context: Context, group: string, reason: Reason, relays: readonly string[]): void =>
  context.transaction.put(WANTED_RELAYS, [group, reason], relays)

/** No relays are wanted for this reason any more. */
export const wantNoRelays = (context: Context, group: string, reason: Reason): void => context.transaction.delete(WANTED_RELAYS, group, reason)

/** The relays that are wanted for a group, best first; `undefined` if we are not a member or do not ask to join. */
export const wantedFor = (context: Context, group: string, reason: Reason): readonly string[] | undefined =>
  context.transaction.get(WANTED_RELAYS, group, reason)

/** All relays that are wanted for this reason, by group. */
export const allWanted = (context: Context, reason: Reason): readonly { readonly group: string; readonly relays: readonly string[] }[] =>
  context.transaction.scan(WANTED_RELAYS).flatMap(({ key: [group = '', why], value }) => (why === reason ? [{ group, relays: value }] : []))
