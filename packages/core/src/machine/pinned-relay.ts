/**
 * A relay that was added without its peer id. The first relay that answers there proves one, and from then on no other is
 * accepted (PROTOCOL §8). Until then it holds no inbox and no group, so that no address without an id is passed on.
 */
import { isRelayAddress, withPeerId } from '@sotto/wire'
import { readEpochs } from '../epochs/epoch-keys.ts'
import { readOwnInbox } from '../links/inbox.ts'
import { chooseRelay, chosenSince, dropRelay } from '../links/own-relays.ts'
import { linkRelay, unlinkRelay } from '../links/relay-links.ts'
import { namesItsPeer } from '../links/relay-peer.ts'
import { readContactRendezvous } from '../members/contact-link.ts'
import { sayAddressAgain } from '../sessions/letters-round.ts'
import type { Context } from '../state/context.ts'
import { GROUP } from '../state/tables/groups.ts'
import { CONTACT } from '../state/tables/sessions.ts'

/** Puts the peer id that a relay proved into its address, and links it again by that. Returns whether it did. */
export function pinRelay(context: Context, address: string, relayPeer: string): boolean {
  const addedMs = chosenSince(context, address)
  const pinned = withPeerId(address, relayPeer)
  if (addedMs === undefined || namesItsPeer(address) || !isRelayAddress(pinned)) return false
  dropRelay(context, address)
  unlinkRelay(context, address)
  if (chosenSince(context, pinned) === undefined) chooseRelay(context, pinned, addedMs)
  takeUpRelay(context, pinned)
  return true
}

/** Links and reads a relay that is ours from now on. */
export function takeUpRelay(context: Context, address: string): void {
  linkRelay(context, address)
  readOwnInbox(context)
  readContactRendezvous(context)
  sayAddressAgain(
    context,
    context.transaction.scan(CONTACT).map(({ key }) => key[0] ?? ''),
  )
  // A group of ours may have been moved there while none of its relays could be reached.
  for (const { key } of context.transaction.scan(GROUP)) readEpochs(context, key[0] ?? '')
}
