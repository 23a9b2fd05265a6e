/** At which relays we write to a device, and which relays our own address names for it (PROTOCOL §7, §8). */
import { LIMITS } from '@sotto/wire'
import { addressRelays, byReach, isAway, isConnected, placesOf } from '../links/group-relays.ts'
import { isUsed } from '../links/relay-links.ts'
import { allWanted } from '../links/wanted-relays.ts'
import type { Context } from '../state/context.ts'
import { MET } from '../state/tables/groups.ts'
import type { ContactDevice } from '../state/tables/sessions.ts'
import { linkableFor } from './linkable-relays.ts'

/** Groups that we share with a device, and their relays. */
const sharedGroups = (context: Context, device: string) =>
  allWanted(context, 'member').filter(({ group }) => context.transaction.get(MET, group, device) !== undefined)

/** Whether a device is in a group of ours. */
export const sharesGroup = (context: Context, device: string): boolean => sharedGroups(context, device).length > 0

/** Where the groups are that we share with a device. */
const sharedWith = (context: Context, device: string): readonly string[] => sharedGroups(context, device).flatMap(({ group }) => placesOf(context, group))

/**
 * The relays at which a device can be written to now, best first: those of its address, then those of the groups that it
 * shares with us or did, where it reads its inbox too. If none of them is reachable, all of them the same. What
 * may be linked for it is said in `linkable-relays.ts`.
 */
export function relaysTo(context: Context, contact: ContactDevice, device: string): readonly string[] {
  if (contact.address === null) return []
  const linkable = byReach(context, linkableFor(context, contact, contact.address.relays))
  const named = linkable.filter((relay) => !isAway(context, relay))
  if (named.some((relay) => isConnected(context, relay))) return named
  const all = [...new Set([...linkable, ...sharedWith(context, device)])]
  const usable = all.filter((relay) => !isAway(context, relay))
  return usable.length > 0 ? usable : all
}

/**
 * Where a letter is left once more, so that losing a relay for good loses nothing: at relays of its reader that are used here anyway,
 * since nobody else is to learn that this device is there. `first`: where it is left already.
 */
export function otherRelaysTo(context: Context, contact: ContactDevice, device: string, first: string): readonly string[] {
  const read = new Set([...(contact.address?.relays ?? []), ...sharedGroups(context, device).flatMap(({ relays }) => relays)])
  read.delete(first)
  return [...read].filter((relay) => isUsed(context, relay) && !isAway(context, relay)).slice(0, LIMITS.letterRelays - 1)
}

/**
 * The relays that our address names for a device: our own, and those of groups that it shares with us where there is room or
 * ours are down. It learns nothing of other groups.
 */
export const addressRelaysFor = (context: Context, device: string): readonly string[] =>
  addressRelays(
    context,
    sharedGroups(context, device).flatMap(({ relays }) => relays),
  )
