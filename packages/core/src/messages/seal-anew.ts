/** What was sealed in an epoch that ended before it was known to have left is sealed once more in the next (PROTOCOL §7). */
import type { EpochId } from '@sotto/wire'
import { withdraw } from '../links/outbox.ts'
import type { Context } from '../state/context.ts'
import { bytesOf, textOf } from '../state/names.ts'
import { sortable } from '../state/table.ts'
import { OUTBOX, type OutboxEntry } from '../state/tables/links.ts'
import { PENDING_MESSAGE, SENT } from '../state/tables/messages.ts'
import { forgetSent } from './delivery.ts'

/**
 * Takes back what nobody has confirmed of earlier epochs, and writes it down to be sealed once more. Where it left all
 * the same, its next envelope names the first, so whoever gets both shows it once.
 */
export function sealAnew(context: Context, group: string, current: string): void {
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
    // However often it is sealed, it names its first place: that is how whoever has one knows the others.
    const again = value.again ?? { epoch: bytesOf<EpochId>(epoch), keyId: Number(keyId), iteration: Number.parseInt(iteration, 36) }
    // It keeps its turn before what was written since.
    context.transaction.put(PENDING_MESSAGE, [group, value.turn], { ...value, again })
  }
}

/** The key in SENT of what an outbox entry carries. */
export function placeOf({ about }: OutboxEntry): string | undefined {
  if (about.kind !== 'envelope') return undefined
  return [textOf(about.group), textOf(about.epoch), String(about.keyId), sortable(about.iteration)].join('/')
}
