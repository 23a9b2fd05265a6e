/** What becomes of sender keys when a roster changes (PROTOCOL §6). */
import { numbersOf } from '@sotto/sync'
import { type Context, textOf } from './context.ts'
import { closeEpochs } from './epochs.ts'
import { selfOf } from './group-log.ts'
import { envelopeId, envelopeLog } from './kept-envelopes.ts'
import { deleteParked } from './parked.ts'
import { proveAgain } from './peer-link.ts'
import { resendId, resendLog } from './send.ts'
import type { Table } from './table.ts'
import { deleteTheirKey } from './their-keys.ts'
import {
  GAP, GROUP, HELD, HOLDER, INTENT, KEPT_BYTES, KEY_BYTES, KEY_REQUEST, OWN_KEY, PARKED, PARKED_SIZE, PARKED_UNDER, RECEIPT_DUE, SENT, STRAY, THEIR_KEY, UNCONFIRMED, VOUCHED,
} from './tables.ts'

/** Forgets every key and all kept ciphertext of an epoch: nothing of it comes any more. What was said stays. */
export function forgetEpoch(context: Context, group: string, epoch: string): void {
  const own = textOf(selfOf(context).device)
  for (const { key, value } of context.draft.scan(HELD, group, epoch)) {
    const [, , device = '', generation = ''] = key
    for (const iteration of numbersOf(value)) {
      context.logs.push({ log: envelopeLog(group), id: envelopeId(epoch, device, Number(generation), iteration), order: '', value: null })
      if (device === own) context.logs.push({ log: resendLog(group), id: resendId(epoch, Number(generation), iteration), order: '', value: null })
    }
    context.draft.delete(HELD, ...key)
  }
  context.draft.delete(KEPT_BYTES, group, epoch)
  for (const { key } of context.draft.scan(THEIR_KEY, group, epoch)) deleteTheirKey(context, [group, epoch, key[2] ?? '', key[3] ?? ''])
  const tables: readonly Table<unknown>[] = [HOLDER, KEY_REQUEST, RECEIPT_DUE, SENT, UNCONFIRMED, GAP, VOUCHED].map((table) => table as unknown as Table<unknown>)
  for (const table of tables) for (const { key } of context.draft.scan(table, group, epoch)) context.draft.delete(table, ...key)
  for (const { key, value } of context.draft.scan(PARKED, group)) if (textOf(value.epoch) === epoch) deleteParked(context, group, key[1] ?? '')
  for (const { key, value } of context.draft.scan(STRAY, group)) if (textOf(value.epoch) === epoch) context.draft.delete(STRAY, ...key)
}

/** Forgets every key of a group that one is out of. What was said stays; `endSending` has ended what was being sent. */
export function dropGroupKeys(context: Context, group: string): void {
  closeEpochs(context, group)
  // A peer that took us for a member of these epochs must not rely on us.
  proveAgain(context)
  const tables: readonly Table<unknown>[] = [HOLDER, INTENT, KEY_REQUEST, PARKED, PARKED_UNDER, PARKED_SIZE, RECEIPT_DUE, SENT, UNCONFIRMED, THEIR_KEY, KEY_BYTES, GAP, VOUCHED, STRAY].map(
    (table) => table as unknown as Table<unknown>,
  )
  for (const table of tables) for (const { key } of context.draft.scan(table, group)) context.draft.delete(table, ...key)
  context.draft.delete(OWN_KEY, group)
  const row = context.draft.get(GROUP, group)
  if (row !== undefined) context.draft.put(GROUP, [group], { ...row, epoch: null })
}
