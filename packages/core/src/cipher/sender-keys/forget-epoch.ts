/** After an epoch's retention nothing of it arrives any more, and nothing of it is resent (PROTOCOL §6). */
import type { Context } from '../../state/context.ts'
import { textOf } from '../../state/names.ts'
import { OWN_KEY, THEIR_KEY } from '../../state/tables/sender-keys.ts'
import { forgetKept } from '../repair/resends.ts'
import { deleteTheirKey } from './their-keys.ts'

/** Forgets the epoch's keys, our own among them, and the messages kept for resends. */
export function forgetEpoch(context: Context, group: string, epoch: string): void {
  forgetKept(context, group, epoch)
  const own = context.transaction.get(OWN_KEY, group)
  if (own !== undefined && textOf(own.epoch) === epoch) context.transaction.delete(OWN_KEY, group)
  for (const { key } of context.transaction.scan(THEIR_KEY, group, epoch)) deleteTheirKey(context, [group, epoch, key[2] ?? '', key[3] ?? ''])
}
