/**
 * What ends takes its rows with it, in memory as on the disk, by what each table declares (`table.ts`): a row that stayed
 * in memory alone would make the machine take something for known that a start knows nothing of.
 */
/** What becomes of sender keys when an epoch's time is over (PROTOCOL §6). */
import { numbersOf } from '@sotto/sync'
import { deleteParked } from '../cipher/sender-keys/parked.ts'
import { resendId, resendLog } from '../cipher/sender-keys/resends.ts'
import { deleteTheirKey } from '../cipher/sender-keys/their-keys.ts'
import { closeEpochs } from '../epochs/end-epochs.ts'
import { selfOf } from '../identity/profile.ts'
import { closeMailbox } from '../links/mailboxes.ts'
import { withdraw } from '../links/outbox.ts'
import { messageLog } from '../messages/conversation.ts'
import { envelopeId, envelopeLog } from '../messages/kept-envelopes.ts'
import { proveAgain } from '../peers/epoch-proofs.ts'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { EPOCH_TABLES, GROUP_TABLES, MEMBERSHIP_TABLES } from '../state/tables/all.ts'
import { GROUP } from '../state/tables/groups.ts'
import { MAILBOX, OUTBOX, SERVING } from '../state/tables/links.ts'
import { READ } from '../state/tables/self.ts'
import { HELD, PARKED, STRAY, THEIR_KEY } from '../state/tables/sender-keys.ts'

/** We are out of a group: nothing of it is read, served or sealed any more. What was said stays, and who belonged. */
export function endMembership(context: Context, group: string): void {
  closeEpochs(context, group)
  // A peer that took us for a member of these epochs must not rely on us.
  proveAgain(context)
  for (const { key, value } of context.draft.scan(MAILBOX)) {
    if (value.purpose.kind !== 'inbox' && value.purpose.group === group) closeMailbox(context, key[0] ?? '')
  }
  for (const { key, value } of context.draft.scan(SERVING)) if (value.group === group) context.draft.delete(SERVING, ...key)
  forgetReads(context, group, ['resend', 'oldest'])
  for (const table of MEMBERSHIP_TABLES) context.draft.deleteAll(table, group)
  const row = context.draft.get(GROUP, group)
  if (row !== undefined) context.draft.put(GROUP, [group], { ...row, epoch: null })
}

/** What is read of a group that is gone is followed by nothing. Pages are answered still. */
function forgetReads(context: Context, group: string, kinds: readonly ('resend' | 'oldest' | 'move')[]): void {
  for (const { key, value } of context.draft.scan(READ)) {
    if (kinds.some((kind) => kind === value.kind) && 'group' in value && value.group === group) context.draft.delete(READ, ...key)
  }
}

/** Forgets a group that we are out of, with all that was said there, and a request to come back. */
export function forgetGroup(context: Context, group: string): void {
  endMembership(context, group)
  forgetReads(context, group, ['move'])
  withdrawRequests(context, group)
  for (const table of GROUP_TABLES) context.draft.deleteAll(table, group)
  context.dropLogs.push(messageLog(group), envelopeLog(group), resendLog(group))
}

function withdrawRequests(context: Context, group: string): void {
  for (const { key, value } of context.draft.scan(OUTBOX)) {
    if (value.about.kind === 'joinRequest' && textOf(value.about.group) === group) withdraw(context, key[0] ?? '')
  }
}

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
