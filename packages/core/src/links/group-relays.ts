/**
 * Where a group's mailboxes are and where else they are looked for (PROTOCOL §5, relays; §7). What the group's relays are
 * the log says, or where it says nothing what this device came with; a place to look is no more than that.
 */
import { isRelayAddress, LIMITS } from '@sotto/wire'
import type { Context } from '../state/context.ts'
import { GROUP, MET } from '../state/tables/groups.ts'
import { RELAY, RELAY_LINK, RELAY_PLACE } from '../state/tables/links.ts'
import type { ContactDevice } from '../state/tables/sessions.ts'
import { setTimer } from '../state/timers.ts'
import { relayName } from './relay-links.ts'
import { namesItsPeer } from './relay-peer.ts'

/** Whether a relay has not been there for so long that what waits for it goes another way. */
export function isDown(context: Context, address: string): boolean {
  const sinceMs = context.draft.get(RELAY_LINK, relayName(context, address))?.downSinceMs
  return sinceMs !== undefined && sinceMs !== null && sinceMs + LIMITS.relayDownMs <= context.nowMs
}

export const isConnected = (context: Context, address: string): boolean => context.draft.get(RELAY_LINK, relayName(context, address))?.state === 'connected'

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
  const row = context.draft.get(GROUP, group)
  if (row?.state !== 'member') return []
  const places = context.draft.scan(RELAY_PLACE, group).map(({ value }) => value.address)
  const own = row.relays.every((relay) => isDown(context, relay)) ? ownRelays(context) : []
  return each([...row.relays, ...places, ...own])
}

/** Of relays that somebody names for a group those that can be one and are not its own. */
export function newPlaces(context: Context, group: string, relays: readonly string[]): readonly string[] {
  const known = context.draft.get(GROUP, group)?.relays ?? []
  return relays.filter((relay) => isRelayAddress(relay) && !known.includes(relay)).slice(0, LIMITS.relays)
}

/**
 * Relays that the person chose, or that came with an invite before there was one, once it is known who they are: where our
 * inbox is first of all.
 */
export const ownRelays = (context: Context): readonly string[] =>
  context.draft
    .scan(RELAY)
    .toSorted((a, b) => a.value.addedMs - b.value.addedMs)
    .map(({ value }) => value.address)
    .filter(namesItsPeer)
    .slice(0, LIMITS.relays)

const sharedGroups = (context: Context, device: string): readonly string[] =>
  context.draft.scan(GROUP).flatMap(({ key: [group = ''] }) => (context.draft.get(MET, group, device) === undefined ? [] : [group]))

/** Relays of the groups that we share with a device, as far as they are there. */
const sharedWith = (context: Context, device: string): readonly string[] =>
  sharedGroups(context, device)
    .flatMap((group) => placesOf(context, group))
    .filter((relay) => !isDown(context, relay))

/**
 * The relays at which a device can be written to now, best first: those of its address, then those of the groups that it
 * shares with us, where it reads its inbox too. Where none is there, those of its address all the same.
 */
export function relaysTo(context: Context, { address }: ContactDevice, device: string): readonly string[] {
  if (address === null) return []
  const named = address.relays.filter((relay) => !isDown(context, relay))
  if (named.some((relay) => isConnected(context, relay))) return named
  const usable = each([...named, ...sharedWith(context, device)])
  return usable.length > 0 ? usable : address.relays
}

/**
 * What our address names for a device: our relays, and those of groups that it shares with us where there is room or ours
 * are not there. Of other groups it learns nothing.
 */
export function addressRelays(context: Context, device: string | null, more: readonly string[] = []): readonly string[] {
  const own = ownRelays(context)
  const shared = device === null ? [] : sharedGroups(context, device).flatMap((group) => context.draft.get(GROUP, group)?.relays ?? [])
  return byReach(context, each([...own, ...more, ...shared])).slice(0, LIMITS.relays)
}

/** Looks again when the next relay will have been away for long. */
export function awaitDown(context: Context): void {
  for (const { value } of context.draft.scan(RELAY_LINK)) {
    const atMs = value.downSinceMs === null ? undefined : value.downSinceMs + LIMITS.relayDownMs
    if (atMs !== undefined && atMs > context.nowMs) setTimer(context, 'relays', atMs, 'earliest')
  }
}
