/**
 * The end of epochs. They are closed when this device is no longer a member or when the retention of their mailbox is
 * over. An epoch that lasted too long is followed by the next (PROTOCOL §6).
 */
import { LIMITS } from '@sotto/wire'
import { rosterOf } from '../groups/group-log.ts'
import { currentEpoch } from '../groups/group-row.ts'
import { selfOf } from '../identity/profile.ts'
import { closeMailbox } from '../links/mailboxes.ts'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { DELETED_SECRET, EARLIER_SECRET, EPOCH, EPOCH_KEYS, SECRET } from '../state/tables/groups.ts'
import { authorRekeying } from './author.ts'
import { maySeal } from './caught-up.ts'
import { leaveTopics, mailboxesOfEpoch } from './epoch-keys.ts'

/** Closes all epochs of a group that this device has left or was removed from: topics, mailboxes, keys. */
export function closeEpochs(context: Context, group: string): void {
  leaveTopics(context, group, null)
  for (const { key } of context.transaction.scan(EPOCH, group)) closeEpoch(context, group, key[1] ?? '')
  for (const { key } of context.transaction.scan(SECRET, group)) context.transaction.delete(SECRET, ...key)
  for (const { key } of context.transaction.scan(EARLIER_SECRET, group)) context.transaction.delete(EARLIER_SECRET, ...key)
  for (const { key } of context.transaction.scan(DELETED_SECRET, group)) context.transaction.delete(DELETED_SECRET, ...key)
}

/** Stops reading an epoch's mailboxes and forgets its secret. */
function closeEpoch(context: Context, group: string, epoch: string): void {
  for (const mailbox of mailboxesOfEpoch(context, group, epoch)) closeMailbox(context, mailbox)
  context.transaction.delete(EPOCH_KEYS, group, epoch)
  context.transaction.delete(EPOCH, group, epoch)
}

/**
 * Closes epochs whose mailbox's retention is over. An admin's device ends an epoch that has lasted long, so that none lasts
 * for ever (PROTOCOL §6). Returns the closed epochs, so that the caller forgets what belonged to them.
 */
export function expireEpochs(context: Context): readonly { readonly group: string; readonly epoch: string }[] {
  const closed: { readonly group: string; readonly epoch: string }[] = []
  for (const { key, value } of context.transaction.scan(EPOCH)) {
    const [group = '', epoch = ''] = key
    if (value.endedMs !== null && value.endedMs + LIMITS.retentionMs < context.nowMs) {
      closeEpoch(context, group, epoch)
      deleteSecrets(context, group)
      closed.push({ group, epoch })
    } else if (isToEnd(context, group, epoch) && maySeal(context, group)) authorRekeying(context, group, (commitment) => ({ kind: 'rekey', commitment }))
  }
  return closed
}

/** Whether an epoch has lasted too long that this device is to end, and it has not caught up yet. */
export const hasEpochToEnd = (context: Context): boolean =>
  context.transaction.scan(EPOCH).some(({ key: [group = '', epoch = ''] }) => isToEnd(context, group, epoch))

function isToEnd(context: Context, group: string, epoch: string): boolean {
  const row = context.transaction.get(EPOCH, group, epoch)
  const isOverlong = row?.endedMs === null && row.beganMs + LIMITS.epochMs < context.nowMs && currentEpoch(context, group) === epoch
  return isOverlong && rosterOf(context, group).isAdmin(selfOf(context).account)
}

/** Deletes the secrets that neither an epoch that is read nor the roster's present rekeying operations rest on. */
function deleteSecrets(context: Context, group: string): void {
  const epochs = context.transaction.scan(EPOCH, group).flatMap(({ value }) => value.operations)
  const needed = new Set([...epochs, ...rosterOf(context, group).rekeyings].map(textOf))
  for (const { key } of context.transaction.scan(SECRET, group)) {
    const [, operation = ''] = key
    if (needed.has(operation)) continue
    context.transaction.delete(SECRET, ...key)
    context.transaction.put(DELETED_SECRET, [group, operation], { atMs: context.nowMs })
  }
}
