/** Relays that an invite or the person names for a group. */
import { isRelayAddress, LIMITS } from '@sotto/wire'
import type { Context } from '../state/context.ts'
import { groupRow } from './group-row.ts'

/** Of the named relays, those that are valid addresses and not the group's own. */
export function newPlaces(context: Context, group: string, relays: readonly string[]): readonly string[] {
  const known = groupRow(context, group)?.relays ?? []
  return relays.filter((relay) => isRelayAddress(relay) && !known.includes(relay)).slice(0, LIMITS.relays)
}
