/** Relays that the person chose: adding one and removing one. */
import { LIMITS, readRelayAddress } from '@sotto/wire'
import type { EngineReply } from '../contract/pages.ts'
import { relayRejection } from '../contract/relay-rejection.ts'
import { no, ok } from '../contract/replies.ts'
import { isChosen, relayName, unlinkRelay } from '../links/relay-links.ts'
import type { Context } from '../state/context.ts'
import { RELAY } from '../state/tables/links.ts'
import { takeUpRelay } from './pinned-relay.ts'

export function addRelay(context: Context, written: string): EngineReply {
  const read = readRelayAddress(written)
  if ('code' in read) return { ok: false, rejection: relayRejection(read) }
  const { address } = read
  const name = relayName(context, address)
  if (context.draft.get(RELAY, name) !== undefined) return ok()
  if (context.draft.scan(RELAY).length >= LIMITS.relays) return no('tooManyRelays', { limit: LIMITS.relays })
  context.draft.put(RELAY, [name], { address, addedMs: context.nowMs })
  takeUpRelay(context, address)
  return ok()
}

export function removeRelay(context: Context, address: string): EngineReply {
  context.draft.delete(RELAY, relayName(context, address))
  if (!isChosen(context, address)) unlinkRelay(context, address)
  return ok()
}
