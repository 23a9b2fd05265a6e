/** The relays that the person chose, or that came with an invite before the person chose any. */
import { LIMITS } from '@sotto/wire'
import type { Context } from '../state/context.ts'
import { RELAY } from '../state/tables/links.ts'
import { relayName } from './relay-links.ts'
import { namesItsPeer } from './relay-peer.ts'

/** Our relays whose address names their peer: our inbox is at these first. */
export const ownRelays = (context: Context): readonly string[] =>
  context.transaction
    .scan(RELAY)
    .toSorted((a, b) => a.value.addedMs - b.value.addedMs)
    .map(({ value }) => value.address)
    .filter(namesItsPeer)
    .slice(0, LIMITS.relays)

/** Marks a relay as chosen, from now on or from the given time. */
export const chooseRelay = (context: Context, address: string, addedMs: number = context.nowMs): void =>
  context.transaction.put(RELAY, [relayName(context, address)], { address, addedMs })

/** Since when a relay is chosen; `undefined` if it is not. */
export const chosenSince = (context: Context, address: string): number | undefined => context.transaction.get(RELAY, relayName(context, address))?.addedMs

/** Marks a relay as not chosen. */
export const dropRelay = (context: Context, address: string): void => context.transaction.delete(RELAY, relayName(context, address))
