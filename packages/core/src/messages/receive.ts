/**
 * How a group message comes in (PROTOCOL §3, §13.21): the group's cipher opens it, then it is kept for others and applied. It goes
 * this way once, whether it came in an envelope or as content from its author.
 */
import { deleteUndecryptable } from '../cipher/undecryptable.ts'
import { cipherOf, type OpenedMessage } from '../cipher/group-cipher.ts'
import { noteReceived } from '../cipher/received.ts'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { GROUP } from '../state/tables/groups.ts'
import { apply } from './apply.ts'
import { hold } from './kept-envelopes.ts'

/** Takes in an envelope from the mailbox, from gossip or from a peer. The same one may come any number of times. */
export function receiveEnvelope(context: Context, group: string, epoch: string, envelope: Uint8Array): void {
  if (context.transaction.get(GROUP, group)?.state !== 'member') return
  const opened = cipherOf(context, group).open(context, group, epoch, envelope)
  if (opened !== undefined) deliver(context, opened, false)
}

/** A message was opened for the first time. `isResent`: its author sent the content in private. */
export function deliver(context: Context, opened: OpenedMessage, isResent: boolean): void {
  const { place, hash, envelope } = opened
  const { group, epoch, device, keyId, iteration } = place
  deleteUndecryptable(context, group, textOf(hash))
  if (envelope === null) noteReceived(context, [group, epoch, textOf(device), String(keyId)], iteration)
  else hold(context, place, envelope)
  apply(context, opened, isResent)
}
