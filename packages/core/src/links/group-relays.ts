/**
 * Where a group's mailboxes are, and where else they are looked for (PROTOCOL §5, relays; §7, §13.12). The membership log names the
 * group's relays; where it names none, the relays that this device came with count. Other places are only looked at.
 */
import { LIMITS } from '@sotto/wire'
import type { Context } from '../state/context.ts'
import { RELAY_LINK, RELAY_PLACE } from '../state/tables/links.ts'
import { setTimer } from '../state/timers.ts'
import { ownRelays } from './own-relays.ts'
import { relayName } from './relay-links.ts'
import { wantedFor } from './wanted-relays.ts'

/** Whether a relay has been unreachable, or has not answered, for so long that what waits for it goes another way. */
export const isAway = (context: Context, address: string): boolean =>
  isGoneFor(context, address, LIMITS.relayAwayMs) || context.transaction.get(RELAY_LINK, relayName(context, address))?.isSilent === true

/** Whether it has been unreachable for so long that the person is told, and groups that have no other are looked for elsewhere. */
export const isDown = (context: Context, address: string): boolean => isGoneFor(context, address, LIMITS.relayDownMs)

function isGoneFor(context: Context, address: string, ms: number): boolean {
  const sinceMs = context.transaction.get(RELAY_LINK, relayName(context, address))?.downSinceMs
  return sinceMs !== undefined && sinceMs !== null && sinceMs + ms <= context.nowMs
}

export const isConnected = (context: Context, address: string): boolean =>
  context.transaction.get(RELAY_LINK, relayName(context, address))?.state === 'connected'

/** Whether its connection is lost, for however short a time. A relay without a link was not tried. */
function isLost(context: Context, address: string): boolean {
  const state = context.transaction.get(RELAY_LINK, relayName(context, address))?.state
  return state === 'unreachable' || state === 'anotherRelay' || state === 'notAdmitted'
}

/** Reachable relays first, otherwise in the given order. */
export const byReach = (context: Context, relays: readonly string[]): readonly string[] => [
  ...relays.filter((relay) => !isLost(context, relay)),
  ...relays.filter((relay) => isLost(context, relay)),
]

const each = (relays: readonly string[]): readonly string[] => [...new Set(relays)]

/**
 * The relays at which a group's mailboxes are read: its own, its recent ones, and places where an invite or the person said
 * to look. While all of its own are down, the relays of this person as well: a member may have moved the group to one.
 */
export function placesOf(context: Context, group: string): readonly string[] {
  const relays = wantedFor(context, group, 'member')
  if (relays === undefined) return []
  const places = context.transaction.scan(RELAY_PLACE, group).map(({ value }) => value.address)
  const own = relays.every((relay) => isDown(context, relay)) ? ownRelays(context) : []
  return each([...relays, ...places, ...own])
}

/** The relays that our address names: our own, and `more` where there is room or ours are down. */
export const addressRelays = (context: Context, more: readonly string[] = []): readonly string[] =>
  byReach(context, each([...ownRelays(context), ...more])).slice(0, LIMITS.relays)

/** Sets the timer for when the next relay counts as away, or as down. */
export function awaitDown(context: Context): void {
  for (const { value } of context.transaction.scan(RELAY_LINK)) {
    if (value.downSinceMs === null) continue
    for (const atMs of [value.downSinceMs + LIMITS.relayAwayMs, value.downSinceMs + LIMITS.relayDownMs])
      if (atMs > context.nowMs) setTimer(context, 'relays', atMs, 'earliest')
  }
}
