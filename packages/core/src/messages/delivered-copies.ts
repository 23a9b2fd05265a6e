/** Messages that wait for one more relay of their group although everybody has them (PROTOCOL §8.51). */
import { isAway } from '../links/group-relays.ts'
import { withdraw } from '../links/outbox.ts'
import type { Context } from '../state/context.ts'
import { OUTBOX } from '../state/tables/links.ts'
import { SENT } from '../state/tables/messages.ts'
import { placeOf } from './other-relays.ts'

/** Takes back what waits for a relay that is away and is awaited by nobody any more: a relay may be gone for good. Runs from time to time. */
export function dropDelivered(context: Context): void {
  for (const { key, value } of context.transaction.scan(OUTBOX)) {
    const place = isAway(context, value.relay) ? placeOf(value) : undefined
    if (place !== undefined && context.transaction.get(SENT, ...place.split('/')) === undefined) withdraw(context, key[0] ?? '')
  }
}
