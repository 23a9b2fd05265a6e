/**
 * Where a group's mailboxes are and where else they are looked for (PROTOCOL §5, relays; §7). What the group's relays are
 * the log says, or where it says nothing what this device came with; a place to look is no more than that.
 */
import { LIMITS } from '@sotto/wire'
import type { Context } from '../state/context.ts'
import { RELAY_LINK, RELAY_PLACE } from '../state/tables/links.ts'
import { setTimer } from '../state/timers.ts'
import { ownRelays } from './own-relays.ts'
import { relayName } from './relay-links.ts'
import { wantedFor } from './wanted-relays.ts'

/** Whether a relay has not been there for so long that what waits for it goes another way. */
export function isDown(context: Context, address: string): boolean {
  const sinceMs = context.transaction.get(RELAY_LINK, relayName(context, address))?.downSinceMs
  return sinceMs !== undefined && sinceMs !== null && sinceMs + LIMITS.relayDownMs <= context.nowMs
}

export const isConnected = (context: Context, address: string): boolean =>
  context.transaction.get(RELAY_LINK, relayName(context, address))?.state === 'connected'

/** Those that are there first; otherwise as they were. */
export const byReach = (context: Context, relays: readonly string[]): readonly string[] => [
  ...relays.filter((relay) => !isDown(context, relay)),
  ...relays.filter((relay) => isDown(context, relay)),
]

const each = (relays: readonly string[]): readonly string[] => [...new Set(relays)]

/**
 * The relays at which a group's mailboxes are read: its own, those where it was lately, where somebody said to look, and,
 * while none of its own is there, those that the person uses: a member may have moved the group to one of them.
 */
export function placesOf(context: Context, group: string): readonly string[] {
  const relays = wantedFor(context, group, 'member')
  if (relays === undefined) return []
  const places = context.transaction.scan(RELAY_PLACE, group).map(({ value }) => value.address)
  const own = relays.every((relay) => isDown(context, relay)) ? ownRelays(context) : []
  return each([...relays, ...places, ...own])
}

/** What our address names: our relays, and more of them where there is room or ours are not there. */
export const addressRelays = (context: Context, more: readonly string[] = []): readonly string[] =>
  byReach(context, each([...ownRelays(context), ...more])).slice(0, LIMITS.relays)

/** Looks again when the next relay will have been away for long. */
export function awaitDown(context: Context): void {
  for (const { value } of context.transaction.scan(RELAY_LINK)) {
    const atMs = value.downSinceMs === null ? undefined : value.downSinceMs + LIMITS.relayDownMs
    if (atMs !== undefined && atMs > context.nowMs) setTimer(context, 'relays', atMs, 'earliest')
  }
}
