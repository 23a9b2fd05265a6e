/** Contents that their author resends in private. Those that are here already are not shown twice (PROTOCOL §3, §13.28). */
import { hasNumber, NOTHING } from '@sotto/sync'
import { equalBytes } from '@sotto/wire'
import { missingUnder, noteGap, noteRefused } from './gaps.ts'
import { frontierUnder } from './open.ts'
import { deleteUndecryptable, undecryptableUnder } from '../undecryptable.ts'
import type { Resend } from './control-messages/resend.ts'
import { compareLogs } from '../../groups/compare-logs.ts'
import { touch } from '../../groups/group-row.ts'
import type { Context } from '../../state/context.ts'
import { type KeyName, type MessagePlace, type Sender, textOf } from '../../state/names.ts'
import { EPOCH, GROUP } from '../../state/tables/groups.ts'
import { RECEIVED, type Undecryptable, UNDECRYPTABLE } from '../../state/tables/cipher.ts'
import type { OpenedMessage } from '../group-cipher.ts'

/** The undecryptable envelope with this hash, if it is of this place. The hash is the sender's claim and may be another message's. */
function undecryptableAt(context: Context, { group, epoch, device, keyId, iteration }: MessagePlace, hash: string): Undecryptable | undefined {
  const undecryptable = context.transaction.get(UNDECRYPTABLE, group, hash)
  const isThere =
    undecryptable !== undefined &&
    textOf(undecryptable.epoch) === epoch &&
    equalBytes(undecryptable.device, device) &&
    undecryptable.keyId === keyId &&
    undecryptable.iteration === iteration
  return isThere ? undecryptable : undefined
}

/** Takes resent contents from their author. `deliver` gets those that are not here yet. */
export function receiveResend(context: Context, from: Sender, body: Resend, deliver: (opened: OpenedMessage) => void): void {
  const group = textOf(body.group)
  const epoch = textOf(body.epoch)
  const name: KeyName = [group, epoch, textOf(from.device), String(body.keyId)]
  for (const { iteration, envelope: hash, content: plaintext } of body.messages) {
    if (hasNumber(context.transaction.get(RECEIVED, ...name) ?? NOTHING, iteration)) continue
    const place = { group, epoch, device: from.device, keyId: body.keyId, iteration }
    const envelope = undecryptableAt(context, place, textOf(hash))?.envelope ?? null
    deliver({ place, hash, envelope, plaintext, frontier: frontierUnder(context, place) })
  }
  for (const { hash, value } of undecryptableUnder(context, name)) {
    // Not meant for us: messages from before we joined are no error, and there is nothing to show.
    if (hasNumber(body.refused, value.iteration)) deleteUndecryptable(context, group, hash)
  }
  noteRefused(context, name, body.refused)
  if (missingUnder(context.transaction, name).length > 0) noteGap(context, name)
  // We do not know the epoch: either the author does not know ours, or we lack the operation that began it.
  if (context.transaction.get(EPOCH, group, epoch) === undefined && context.transaction.get(GROUP, group)?.state === 'member')
    compareLogs(context, group, from.device)
  touch(context, group)
}
