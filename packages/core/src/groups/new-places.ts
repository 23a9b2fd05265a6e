/** Relays that somebody names for a group. */
import { isRelayAddress, LIMITS } from '@sotto/wire'
import type { Context } from '../state/context.ts'
import { groupRow } from './group-row.ts'

/** Of relays that somebody names for a group those that can be one and are not its own. */
export function newPlaces(context: Context, group: string, relays: readonly string[]): readonly string[] {
  const known = groupRow(context, group)?.relays ?? []
  return relays.filter((relay) => isRelayAddress(relay) && !known.includes(relay)).slice(0, LIMITS.relays)
}
