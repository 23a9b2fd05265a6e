/** The relays that the person chose, or that came with an invite before there was one. */
import { LIMITS } from '@sotto/wire'
import type { Context } from '../state/context.ts'
import { RELAY } from '../state/tables/links.ts'
import { relayName } from './relay-links.ts'
import { namesItsPeer } from './relay-peer.ts'

/** Those of which it is known who they are: where our inbox is first of all. */
export const ownRelays = (context: Context): readonly string[] =>
  context.transaction
    .scan(RELAY)
    .toSorted((a, b) => a.value.addedMs - b.value.addedMs)
    .map(({ value }) => value.address)
    .filter(namesItsPeer)
    .slice(0, LIMITS.relays)

/** Chooses a relay, by now or since then. */
export const chooseRelay = (context: Context, address: string, addedMs: number = context.nowMs): void =>
  context.transaction.put(RELAY, [relayName(context, address)], { address, addedMs })

/** Since when a relay is chosen; `undefined`: it is not. */
export const chosenSince = (context: Context, address: string): number | undefined => context.transaction.get(RELAY, relayName(context, address))?.addedMs

/** A relay is chosen no longer. */
export const dropRelay = (context: Context, address: string): void => context.transaction.delete(RELAY, relayName(context, address))
