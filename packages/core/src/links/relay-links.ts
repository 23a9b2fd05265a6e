/** Which relays this device stays connected to: those that are wanted here, and a few at a time of those that only others name. */
import { LIMITS, utf8 } from '@sotto/wire'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { RELAY_ADMISSION, CAUGHT_UP, IN_FLIGHT, OUTBOX, RELAY, RELAY_LINK, RELAY_PLACE, WANTED_RELAYS } from '../state/tables/links.ts'
import { FETCHING } from '../state/tables/sessions.ts'
import { setTimer } from '../state/timers.ts'

/** The name of a relay in row keys: a short hash of its address, which may contain `/`. Cached by the core, as it is asked for often. */
export function relayName(context: Context, address: string): string {
  let name = context.relayNames.get(address)
  if (name === undefined) {
    name = textOf(context.provider.primitives.sha256(utf8(address)).subarray(0, 16))
    context.relayNames.set(address, name)
  }
  return name
}

/** Keeps a link to this relay from now on. Does nothing if there is one. */
export function linkRelay(context: Context, address: string): void {
  const name = relayName(context, address)
  if (context.transaction.get(RELAY_LINK, name) !== undefined) return
  context.transaction.put(RELAY_LINK, [name], {
    address,
    linkedMs: context.nowMs,
    client: context.mailbox.start(),
    state: 'connecting',
    downSinceMs: context.nowMs,
    unheardMs: null,
    isSilent: false,
    incarnation: null,
    ownAddresses: [],
    latencyMs: null,
    isGone: false,
  })
  context.effects.push({ kind: 'connectRelay', relay: address })
  setTimer(context, 'relays', context.nowMs + LIMITS.relayAwayMs, 'earliest')
}

/** Whether a relay is wanted here: by the person, by a group, by a search for a group there, or by a join request. */
export const isWanted = (context: Context, address: string): boolean =>
  isUsed(context, address) || context.transaction.scan(RELAY_PLACE).some(({ value }) => value.address === address)

/** The same, and for more than to look there. */
export const isUsed = (context: Context, address: string): boolean =>
  context.transaction.get(RELAY, relayName(context, address)) !== undefined ||
  context.transaction.scan(WANTED_RELAYS).some(({ value }) => value.includes(address))

/**
 * Links a relay at which something is to be left. Only a few relays that nothing here wants, and that just others name in their
 * addresses, are linked at a time. They take turns, and entries without a link keep waiting.
 */
export function linkToLeave(context: Context, address: string): void {
  if (context.transaction.get(RELAY_LINK, relayName(context, address)) !== undefined) return
  if (isWanted(context, address) || hasPlace(context)) linkRelay(context, address)
  else setTimer(context, 'outbox', context.nowMs + LIMITS.relayTurnMs, 'earliest')
}

/** Whether there is room for one more. A relay that had its turn may give way: first one without work, then one that is not connected. */
function hasPlace(context: Context): boolean {
  const others = context.transaction.scan(RELAY_LINK).filter(({ value }) => value.client.wanted.size === 0 && !isWanted(context, value.address))
  if (others.length < LIMITS.relaysOfOthers) return true
  const needed = new Set(context.transaction.scan(OUTBOX).map(({ value }) => value.relay))
  const [first] = others
    .filter(({ value }) => value.linkedMs + LIMITS.relayTurnMs <= context.nowMs)
    .map(({ value }) => ({ ...value, rank: needed.has(value.address) ? (value.state === 'connected' ? 2 : 1) : 0 }))
    .toSorted((a, b) => a.rank - b.rank || a.linkedMs - b.linkedMs)
  if (first === undefined) return false
  unlinkRelay(context, first.address)
  // Something waits for that relay too, so it gets another turn.
  if (first.rank > 0) setTimer(context, 'outbox', context.nowMs + LIMITS.relayTurnMs, 'earliest')
  return true
}

/** Ends the link and forgets what belonged to its connection. */
export function unlinkRelay(context: Context, address: string): void {
  const name = relayName(context, address)
  if (context.transaction.get(RELAY_LINK, name) === undefined) return
  context.transaction.delete(RELAY_LINK, name)
  context.transaction.delete(RELAY_ADMISSION, name)
  forgetConnection(context, name)
  forgetFetches(context, name)
  context.effects.push({ kind: 'disconnectRelay', relay: address })
}

/** Forgets what holds for one connection to a relay only. */
export function forgetConnection(context: Context, name: string): void {
  for (const table of [CAUGHT_UP, IN_FLIGHT]) for (const { key } of context.transaction.scan(table, name)) context.transaction.delete(table, ...key)
}

/** Notes that the questions for prekeys that waited in a relay's client are gone. */
export function forgetFetches(context: Context, name: string): void {
  for (const { key, value } of context.transaction.scan(FETCHING)) if (value.relay === name) context.transaction.put(FETCHING, key, { ...value, relay: null })
}
