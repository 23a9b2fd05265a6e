/**
 * What ends takes its rows with it, in memory as on the disk, by what each table declares (`table.ts`): a row that stayed
 * in memory alone would make the machine take something for known that a start knows nothing of.
 */
import { type Context, textOf } from './context.ts'
import { closeEpochs } from './epochs.ts'
import { envelopeLog } from './kept-envelopes.ts'
import { messageLog } from './messages.ts'
import { proveAgain } from './peer-link.ts'
import { closeMailbox, withdraw } from './relay-link.ts'
import { resendLog } from './send.ts'
import { GROUP, GROUP_TABLES, MAILBOX, MEMBERSHIP_TABLES, OUTBOX, READ, SERVING } from './tables.ts'

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
