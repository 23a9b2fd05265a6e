/** A message of an ended epoch that is not known to have left is sealed again in the next epoch (PROTOCOL §7). */
import type { EpochId } from '@sotto/wire'
import { cipherOf } from '../cipher/group-cipher.ts'
import { withdraw } from '../links/outbox.ts'
import type { Context } from '../state/context.ts'
import { bytesOf } from '../state/names.ts'
import { OUTBOX } from '../state/tables/links.ts'
import { PENDING_MESSAGE, SENT } from '../state/tables/messages.ts'
import { forgetSent } from './delivery.ts'
import { placeOf } from './other-relays.ts'

/**
 * Takes back unconfirmed messages of earlier epochs and makes them pending again. If one had left all the same, its next
 * envelope names the first, so that a member with both shows it once.
 */
export function sealAgain(context: Context, group: string, current: string): void {
  if (!cipherOf(context, group).sealsEnvelopes) return
  const waiting = new Map<string, string[]>()
  for (const { key, value } of context.transaction.scan(OUTBOX)) {
    const place = placeOf(value)
    if (place !== undefined) waiting.set(place, [...(waiting.get(place) ?? []), key[0] ?? ''])
  }
  for (const { key, value } of context.transaction.scan(SENT, group)) {
    const [, epoch = '', keyId = '', iteration = ''] = key
    if (epoch === current || value.state !== 'sending') continue
    for (const token of waiting.get(key.join('/')) ?? []) withdraw(context, token)
    forgetSent(context, key, value.message)
    // It was deleted.
    if (value.body.length === 0) continue
    // However often it is sealed, it names its first place. A member that has one of its envelopes knows the others by that.
    const again = value.again ?? { epoch: bytesOf<EpochId>(epoch), keyId: Number(keyId), iteration: Number.parseInt(iteration, 36) }
    // It keeps its turn before messages that were written since.
    context.transaction.put(PENDING_MESSAGE, [group, value.turn], { ...value, again })
  }
}
