/** Contents that their author sends again in private: what was held already is not shown twice (PROTOCOL §3). */
import { hasNumber, NOTHING } from '@sotto/sync'
import { equalBytes } from '@sotto/wire'
import { missingUnder, noteGap, noteRefused } from './gaps.ts'
import { frontierUnder } from './open.ts'
import { deleteParked, parkedUnder } from '../parked.ts'
import type { Resend } from './control-messages/resend.ts'
import { compareLogs } from '../../groups/compare-logs.ts'
import { touch } from '../../groups/group-row.ts'
import type { Context } from '../../state/context.ts'
import { type KeyName, type MessagePlace, type Sender, textOf } from '../../state/names.ts'
import { EPOCH, GROUP } from '../../state/tables/groups.ts'
import { HELD, type Parked, PARKED } from '../../state/tables/cipher.ts'
import type { OpenedMessage } from '../group-cipher.ts'

/** The parked envelope of this hash, if it stands at this place: its hash is the sender's word, and may be that of another's. */
function parkedAt(context: Context, { group, epoch, device, generation, iteration }: MessagePlace, hash: string): Parked | undefined {
  const parked = context.draft.get(PARKED, group, hash)
  const isThere =
    parked !== undefined &&
    textOf(parked.epoch) === epoch &&
    equalBytes(parked.device, device) &&
    parked.generation === generation &&
    parked.iteration === iteration
  return isThere ? parked : undefined
}

/** Contents came from their author in private; `deliver` is given those that are not here yet. */
export function receiveResend(context: Context, from: Sender, body: Resend, deliver: (opened: OpenedMessage) => void): void {
  const group = textOf(body.group)
  const epoch = textOf(body.epoch)
  const name: KeyName = [group, epoch, textOf(from.device), String(body.generation)]
  for (const { iteration, envelope: hash, content: plaintext } of body.messages) {
    if (hasNumber(context.draft.get(HELD, ...name) ?? NOTHING, iteration)) continue
    const place = { group, epoch, device: from.device, generation: body.generation, iteration }
    const envelope = parkedAt(context, place, textOf(hash))?.envelope ?? null
    deliver({ place, hash, envelope, plaintext, frontier: frontierUnder(context, place) })
  }
  for (const { hash, value } of parkedUnder(context, name)) {
    // Not meant for us: what came before we joined is no fault, and nothing to show.
    if (hasNumber(body.refused, value.iteration)) deleteParked(context, group, hash)
  }
  noteRefused(context, name, body.refused)
  if (missingUnder(context.draft, name).length > 0) noteGap(context, name)
  // In an epoch that we know nothing of: so does its author of ours, or we lack what began it.
  if (context.draft.get(EPOCH, group, epoch) === undefined && context.draft.get(GROUP, group)?.state === 'member') compareLogs(context, group, from.device)
  touch(context, group)
}
