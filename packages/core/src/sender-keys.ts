/** What becomes of sender keys when an epoch's time is over (PROTOCOL §6). */
import { numbersOf } from '@sotto/sync'
import { type Context, textOf } from './context.ts'
import { selfOf } from './group-log.ts'
import { envelopeId, envelopeLog } from './kept-envelopes.ts'
import { deleteParked } from './parked.ts'
import { resendId, resendLog } from './send.ts'
import { deleteTheirKey } from './their-keys.ts'
import { EPOCH_TABLES, HELD, PARKED, STRAY, THEIR_KEY } from './tables.ts'

/** Forgets every key and all kept ciphertext of an epoch: nothing of it comes any more. What was said stays. */
export function forgetEpoch(context: Context, group: string, epoch: string): void {
  const own = textOf(selfOf(context).device)
  for (const { key, value } of context.draft.scan(HELD, group, epoch)) {
    const [, , device = '', generation = ''] = key
    for (const iteration of numbersOf(value)) {
      context.logs.push({ log: envelopeLog(group), id: envelopeId(epoch, device, Number(generation), iteration), order: '', value: null })
      if (device === own) context.logs.push({ log: resendLog(group), id: resendId(epoch, Number(generation), iteration), order: '', value: null })
    }
  }
  for (const { key } of context.draft.scan(THEIR_KEY, group, epoch)) deleteTheirKey(context, [group, epoch, key[2] ?? '', key[3] ?? ''])
  for (const { key, value } of context.draft.scan(PARKED, group)) if (textOf(value.epoch) === epoch) deleteParked(context, group, key[1] ?? '')
  for (const { key, value } of context.draft.scan(STRAY, group)) if (textOf(value.epoch) === epoch) context.draft.delete(STRAY, ...key)
  for (const table of EPOCH_TABLES) context.draft.deleteAll(table, group, epoch)
}
