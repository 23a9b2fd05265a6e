/**
 * What ends takes its rows with it, in memory as on the disk, by what each table declares (`table.ts`). A row that stayed
 * only in memory would be known to the machine now and unknown after the next start.
 */
import { numbersOf } from '@sotto/sync'
import { cipherOf, ciphersOf } from '../cipher/group-cipher.ts'
import { deleteUndecryptable } from '../cipher/undecryptable.ts'
import { closeEpochs } from '../epochs/end-epochs.ts'
import { forgetFilesIn } from '../files/forget-files.ts'
import { forgetPeople } from '../groups/forget-people.ts'
import { leaveEpochs } from '../groups/group-row.ts'
import { noteFormerContacts } from '../groups/strangers.ts'
import { closeMailbox } from '../links/mailboxes.ts'
import { withdraw } from '../links/outbox.ts'
import { messageHistory } from '../messages/conversation.ts'
import { envelopeHistory, envelopeId } from '../messages/kept-envelopes.ts'
import { forgetLife } from '../messages/lives.ts'
import { editHistory } from '../messages/message-changes.ts'
import { eraseSealed } from '../messages/own-places.ts'
import { forgetIndex } from '../messages/search/switch.ts'
import { forgetWhereabouts } from '../peers/announce.ts'
import { proveAgain } from '../peers/epoch-proofs.ts'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { epochTables, groupTables, membershipTables } from '../state/tables/all.ts'
import { MAILBOX, OUTBOX, SERVING } from '../state/tables/links.ts'
import { READ, type ReadPurpose } from '../state/tables/self.ts'
import { VANISHING } from '../state/tables/vanishing.ts'
import { RECEIVED, UNDECRYPTABLE, UNKNOWN_SENDER } from '../state/tables/cipher.ts'

/** This device is no longer a member: nothing of the group is read, served or sealed any more. The conversation and the membership log stay. */
export function endMembership(context: Context, group: string): void {
  // Nothing of ours is sent again, and what says where it was sealed goes.
  for (const { key, value } of context.transaction.scan(VANISHING, group)) if (value.isOwn) eraseSealed(context, group, key[1] ?? '', null)
  closeEpochs(context, group)
  // A peer that knew us as a member of these epochs must no longer rely on us.
  proveAgain(context)
  for (const { key, value } of context.transaction.scan(MAILBOX)) {
    if ('group' in value.purpose && value.purpose.group === group) closeMailbox(context, key[0] ?? '')
  }
  for (const { key, value } of context.transaction.scan(SERVING)) if (value.group === group) context.transaction.delete(SERVING, ...key)
  forgetReads(context, group, ['cipher', 'oldest'])
  forgetFilesIn(context, group)
  for (const table of membershipTables()) context.transaction.deleteAll(table, group)
  leaveEpochs(context, group)
  forgetWhereabouts(context)
}

/** Reads of a group that has ended lead to nothing any more. Requests of pages are still answered. */
function forgetReads(context: Context, group: string, kinds: readonly ReadPurpose['kind'][]): void {
  for (const { key, value } of context.transaction.scan(READ)) {
    if (kinds.some((kind) => kind === value.kind) && 'group' in value && value.group === group) {
      context.transaction.delete(READ, ...key)
      if (value.kind === 'cipher') cipherOf(context, group).historyRead(context, key[0] ?? '', null)
    }
  }
}

/** Forgets a group that this device has left or was removed from, with its conversation and any request to come back. */
export function forgetGroup(context: Context, group: string): void {
  endMembership(context, group)
  forgetReads(context, group, ['move', 'changed', 'last', 'searchTail', 'searchChanged', 'searchOlder', 'searchBlocks'])
  forgetIndex(context, group)
  withdrawRequests(context, group)
  for (const { key } of context.transaction.scan(VANISHING, group)) forgetLife(context, group, key[1] ?? '')
  for (const table of groupTables()) context.transaction.deleteAll(table, group)
  forgetPeople(context)
  noteFormerContacts(context)
  const ended = [messageHistory(group), editHistory(group), envelopeHistory(group), ...ciphersOf(context).flatMap((cipher) => cipher.historyOf(group))]
  context.dropHistories.push(...ended)
  // What this step wrote there goes too: a commit drops first, and writes then.
  const others = context.histories.filter(({ history }) => !ended.includes(history))
  context.histories.splice(0, context.histories.length, ...others)
}

function withdrawRequests(context: Context, group: string): void {
  for (const { key, value } of context.transaction.scan(OUTBOX)) {
    if ((value.about.kind === 'joinRequest' || value.about.kind === 'contactRequest') && textOf(value.about.group) === group) withdraw(context, key[0] ?? '')
  }
}

/** Forgets every key and all kept ciphertext of an epoch, because nothing of it arrives any more. The conversation stays. */
export function forgetEpoch(context: Context, group: string, epoch: string): void {
  for (const { key, value } of context.transaction.scan(RECEIVED, group, epoch)) {
    const [, , device = '', keyId = ''] = key
    for (const iteration of numbersOf(value))
      context.histories.push({ history: envelopeHistory(group), id: envelopeId(epoch, device, Number(keyId), iteration), order: '', value: null })
  }
  cipherOf(context, group).forgetEpoch(context, group, epoch)
  for (const { key, value } of context.transaction.scan(UNDECRYPTABLE, group))
    if (textOf(value.epoch) === epoch) deleteUndecryptable(context, group, key[1] ?? '')
  for (const { key, value } of context.transaction.scan(UNKNOWN_SENDER, group))
    if (textOf(value.epoch) === epoch) context.transaction.delete(UNKNOWN_SENDER, ...key)
  for (const table of epochTables()) context.transaction.deleteAll(table, group, epoch)
}
