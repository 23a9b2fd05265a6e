/**
 * What ends takes its rows with it, in memory as on the disk, by what each table declares (`table.ts`): a row that stayed
 * in memory alone would make the machine take something for known that a start knows nothing of.
 */
/** What becomes of sender keys when an epoch's time is over (PROTOCOL §6). */
import { numbersOf } from '@sotto/sync'
import { cipherOf, ciphersOf } from '../cipher/group-cipher.ts'
import { deleteParked } from '../cipher/parked.ts'
import { closeEpochs } from '../epochs/end-epochs.ts'
import { leaveEpochs } from '../groups/group-row.ts'
import { closeMailbox } from '../links/mailboxes.ts'
import { withdraw } from '../links/outbox.ts'
import { messageLog } from '../messages/conversation.ts'
import { envelopeId, envelopeLog } from '../messages/kept-envelopes.ts'
import { proveAgain } from '../peers/epoch-proofs.ts'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { epochTables, groupTables, membershipTables } from '../state/tables/all.ts'
import { MAILBOX, OUTBOX, SERVING } from '../state/tables/links.ts'
import { READ } from '../state/tables/self.ts'
import { HELD, PARKED, STRAY } from '../state/tables/cipher.ts'

/** We are out of a group: nothing of it is read, served or sealed any more. What was said stays, and who belonged. */
export function endMembership(context: Context, group: string): void {
  closeEpochs(context, group)
  // A peer that took us for a member of these epochs must not rely on us.
  proveAgain(context)
  for (const { key, value } of context.draft.scan(MAILBOX)) {
    if (value.purpose.kind !== 'inbox' && value.purpose.group === group) closeMailbox(context, key[0] ?? '')
  }
  for (const { key, value } of context.draft.scan(SERVING)) if (value.group === group) context.draft.delete(SERVING, ...key)
  forgetReads(context, group, ['cipher', 'oldest'])
  for (const table of membershipTables()) context.draft.deleteAll(table, group)
  leaveEpochs(context, group)
}

/** What is read of a group that is gone is followed by nothing. Pages are answered still. */
function forgetReads(context: Context, group: string, kinds: readonly ('cipher' | 'oldest' | 'move')[]): void {
  for (const { key, value } of context.draft.scan(READ)) {
    if (kinds.some((kind) => kind === value.kind) && 'group' in value && value.group === group) {
      context.draft.delete(READ, ...key)
      if (value.kind === 'cipher') cipherOf(context, group).historyRead(context, key[0] ?? '', null)
    }
  }
}

/** Forgets a group that we are out of, with all that was said there, and a request to come back. */
export function forgetGroup(context: Context, group: string): void {
  endMembership(context, group)
  forgetReads(context, group, ['move'])
  withdrawRequests(context, group)
  for (const table of groupTables()) context.draft.deleteAll(table, group)
  context.dropLogs.push(messageLog(group), envelopeLog(group), ...ciphersOf(context).flatMap((cipher) => cipher.historyOf(group)))
}

function withdrawRequests(context: Context, group: string): void {
  for (const { key, value } of context.draft.scan(OUTBOX)) {
    if (value.about.kind === 'joinRequest' && textOf(value.about.group) === group) withdraw(context, key[0] ?? '')
  }
}

/** Forgets every key and all kept ciphertext of an epoch: nothing of it comes any more. What was said stays. */
export function forgetEpoch(context: Context, group: string, epoch: string): void {
  for (const { key, value } of context.draft.scan(HELD, group, epoch)) {
    const [, , device = '', generation = ''] = key
    for (const iteration of numbersOf(value))
      context.logs.push({ log: envelopeLog(group), id: envelopeId(epoch, device, Number(generation), iteration), order: '', value: null })
  }
  cipherOf(context, group).forgetEpoch(context, group, epoch)
  for (const { key, value } of context.draft.scan(PARKED, group)) if (textOf(value.epoch) === epoch) deleteParked(context, group, key[1] ?? '')
  for (const { key, value } of context.draft.scan(STRAY, group)) if (textOf(value.epoch) === epoch) context.draft.delete(STRAY, ...key)
  for (const table of epochTables()) context.draft.deleteAll(table, group, epoch)
}
