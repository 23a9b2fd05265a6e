/** Adding and removing relays that the person chooses. */
import { LIMITS, readRelayAddress, splitAdmission } from '@sotto/wire'
import type { EngineReply } from '../contract/pages.ts'
import { relayRejection } from '../contract/relay-rejection.ts'
import { no, ok } from '../contract/replies.ts'
import { chooseRelay, chosenSince, dropRelay } from '../links/own-relays.ts'
import { isWanted, unlinkRelay } from '../links/relay-links.ts'
import type { Context } from '../state/context.ts'
import { RELAY } from '../state/tables/links.ts'
import { takeUpRelay } from './pinned-relay.ts'

export function addRelay(context: Context, written: string): EngineReply {
  const read = readRelayAddress(written)
  if ('code' in read) return { ok: false, rejection: relayRejection(read) }
  const { address } = read
  if (chosenSince(context, address) !== undefined) return ok()
  // The same relay with another invite, or the first one: it takes the earlier address's place.
  const same = context.transaction.scan(RELAY).find(({ value }) => splitAdmission(value.address).address === splitAdmission(address).address)?.value
  if (same === undefined && context.transaction.scan(RELAY).length >= LIMITS.relays) return no('tooManyRelays', { limit: LIMITS.relays })
  chooseRelay(context, address, same?.addedMs)
  if (same !== undefined) removeRelay(context, same.address)
  takeUpRelay(context, address)
  return ok()
}

export function removeRelay(context: Context, address: string): EngineReply {
  dropRelay(context, address)
  if (!isWanted(context, address)) unlinkRelay(context, address)
  return ok()
}
