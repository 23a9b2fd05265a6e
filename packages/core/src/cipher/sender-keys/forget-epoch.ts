/** After an epoch's retention nothing of it arrives any more, and nothing of it is resent (PROTOCOL §6). */
import { numbersOf } from '@sotto/sync'
import { selfOf } from '../../identity/profile.ts'
import type { Context } from '../../state/context.ts'
import { textOf } from '../../state/names.ts'
import { RECEIVED } from '../../state/tables/cipher.ts'
import { OWN_KEY, THEIR_KEY } from '../../state/tables/sender-keys.ts'
import { resendHistory, resendId } from './resends.ts'
import { deleteTheirKey } from './their-keys.ts'

/** Forgets the epoch's keys, our own among them, and the messages kept for resends. */
export function forgetEpoch(context: Context, group: string, epoch: string): void {
  for (const { key, value } of context.transaction.scan(RECEIVED, group, epoch, textOf(selfOf(context).device))) {
    const keyId = Number(key[3])
    for (const iteration of numbersOf(value))
      context.histories.push({ history: resendHistory(group), id: resendId(epoch, keyId, iteration), order: '', value: null })
  }
  const own = context.transaction.get(OWN_KEY, group)
  if (own !== undefined && textOf(own.epoch) === epoch) context.transaction.delete(OWN_KEY, group)
  for (const { key } of context.transaction.scan(THEIR_KEY, group, epoch)) deleteTheirKey(context, [group, epoch, key[2] ?? '', key[3] ?? ''])
}
