/**
 * Relays that only other devices name, in the addresses of their inboxes and in announcements. What a present member names is
 * linked, within a share of its account. What a stranger or a removed member names is not, unless it is wanted here anyway
 * (PROTOCOL §8.25, §13.12): the operator of a relay would learn that this device is there.
 */
import { LIMITS } from '@sotto/wire'
import { mayDial } from '../links/may-dial.ts'
import { isWanted, relayName } from '../links/relay-links.ts'
import { allWanted } from '../links/wanted-relays.ts'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { MET } from '../state/tables/groups.ts'
import { type ContactDevice, RELAY_NAMED } from '../state/tables/sessions.ts'
import { isComparing } from './is-comparing.ts'

/** Whether a device is in a group with us now. */
export const isPresent = (context: Context, device: string): boolean =>
  allWanted(context, 'member').some(({ group }) => context.transaction.get(MET, group, device) === 'member')

/**
 * Whether a relay may be linked because a device names it. A new member knows who is present only from those who let it in, and
 * they may be out themselves: a group counts once it has compared logs there (PROTOCOL §8.28).
 */
const mayNameRelays = (context: Context, device: string): boolean =>
  allWanted(context, 'member').some(({ group }) => context.transaction.get(MET, group, device) === 'member' && !isComparing(context, group))

/** Of the relays that a device names, those that may be linked for it. */
export function linkableFor(context: Context, contact: ContactDevice, relays: readonly string[]): readonly string[] {
  const { account, device } = contact.certificate.body
  const isNamer = mayNameRelays(context, textOf(device))
  return relays.filter((relay) => isWanted(context, relay) || (isNamer && mayDial(context, relay) && isInShare(context, textOf(account), relay)))
}

/** One account makes this device link only so many other relays in a time. */
function isInShare(context: Context, account: string, relay: string): boolean {
  const name = relayName(context, relay)
  if (context.transaction.get(RELAY_NAMED, account, name) !== undefined) return true
  const named = context.transaction.scan(RELAY_NAMED, account)
  const old = named.filter(({ value }) => value + LIMITS.relaysOfOneMs <= context.nowMs)
  for (const { key } of old) context.transaction.delete(RELAY_NAMED, ...key)
  if (named.length - old.length >= LIMITS.relaysOfOne) return false
  context.transaction.put(RELAY_NAMED, [account, name], context.nowMs)
  return true
}
