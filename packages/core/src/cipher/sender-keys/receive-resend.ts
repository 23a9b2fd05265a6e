/**
 * Messages that their author sends once more in private. What is shown is what opens out of the envelope, so that all who
 * are given a key for it see the same. Those that are here already are not shown twice (PROTOCOL §3, §13.28).
 */
import { openResent, senderTag, unmaskEnvelope, verifyEnvelope, withoutMessageKey } from '@sotto/crypto'
import { hasNumber, NOTHING } from '@sotto/sync'
import { compareBytes, type EnvelopeHash, equalBytes, LIMITS } from '@sotto/wire'
import { askLater, missingUnder, noteGap, noteGone, noteRefused } from '../repair/gaps.ts'
import { frontierUnder, othersOfTag } from './open.ts'
import { putTheirKey } from './their-keys.ts'
import { noteReceived } from '../received.ts'
import { deleteUndecryptable, putUndecryptable, type UndecryptableRow, undecryptableUnder } from '../undecryptable.ts'
import type { Resend } from './control-messages/resend.ts'
import { compareLogs } from '../../groups/compare-logs.ts'
import { touch } from '../../groups/group-row.ts'
import type { Context } from '../../state/context.ts'
import { type KeyName, type MessagePlace, type Sender, textOf } from '../../state/names.ts'
import { EPOCH, EPOCH_KEYS, GROUP } from '../../state/tables/groups.ts'
import { RECEIVED, UNDECRYPTABLE } from '../../state/tables/cipher.ts'
import { THEIR_KEY } from '../../state/tables/sender-keys.ts'
import type { OpenedMessage } from '../group-cipher.ts'

type Resent = Resend['messages'][number]

/** Takes resent messages from their author. `deliver` gets those that are not here yet. */
export function receiveResend(context: Context, from: Sender, body: Resend, deliver: (opened: OpenedMessage) => void): void {
  const group = textOf(body.group)
  const epoch = textOf(body.epoch)
  const name: KeyName = [group, epoch, textOf(from.device), String(body.keyId)]
  for (const message of body.messages) {
    if (hasNumber(context.transaction.get(RECEIVED, ...name) ?? NOTHING, message.iteration)) continue
    const opened = openedOf(context, { group, epoch, device: from.device, keyId: body.keyId, iteration: message.iteration }, message)
    if (opened === undefined) continue
    forgetMessageKey(context, name, message.iteration)
    deliver(opened)
  }
  for (const each of undecryptableUnder(context, name)) if (hasNumber(body.refused, each.value.iteration)) refuse(context, group, epoch, each)
  noteRefused(context, name, body.refused)
  for (const each of undecryptableUnder(context, name)) if (hasNumber(body.gone, each.value.iteration)) giveUp(context, group, epoch, each)
  noteGone(context, name, body.gone)
  if (missingUnder(context, name).length > 0) noteGap(context, name)
  // We do not know the epoch: either the author does not know ours, or we lack the operation that began it.
  if (context.transaction.get(EPOCH, group, epoch) === undefined && context.transaction.get(GROUP, group)?.state === 'member')
    compareLogs(context, group, from.device)
  touch(context, group)
}

/** What was opened is never opened again, by whatever key (PROTOCOL §3.11). */
function forgetMessageKey(context: Context, name: KeyName, iteration: number): void {
  const their = context.transaction.get(THEIR_KEY, ...name)
  if (their === undefined) return
  const key = withoutMessageKey(context.provider.primitives, their.key, iteration, context.nowMs)
  if (key !== their.key) putTheirKey(context, name, { ...their, key })
}

/** Not meant for us: messages from before we joined are no error, and there is nothing to show. */
function refuse(context: Context, group: string, epoch: string, row: UndecryptableRow): void {
  deleteUndecryptable(context, group, row.hash)
  if (isAskedOfNext(context, group, epoch, row)) return
  // Others need not send it again. Only where the key's signature holds: else a member could make one up in the place of a message that is to come.
  if (row.value.cause === 'fromBeforeYouJoined') noteReceived(context, [group, epoch, textOf(row.value.device), String(row.value.keyId)], row.value.iteration)
}

/** Its author no longer has it either. The person is shown that it is lost. */
function giveUp(context: Context, group: string, epoch: string, row: UndecryptableRow): void {
  if (!isAskedOfNext(context, group, epoch, row)) putUndecryptable(context, group, row.hash, { ...row.value, cause: 'keyDestroyed' })
}

/** Another device with the same tag may have sealed it, and is asked. */
function isAskedOfNext(context: Context, group: string, epoch: string, { hash, value }: UndecryptableRow): boolean {
  const next = othersOfTag(context, group, epoch, value.device).find((device) => compareBytes(device, value.device) > 0)
  if (next === undefined || !putUndecryptable(context, group, hash, { ...value, device: next })) return false
  askLater(context, [group, epoch, textOf(next), String(value.keyId)], LIMITS.keyRequestAfterMs)
  return true
}

/** What the envelope holds, if its key opens it and it is of this place; `undefined` otherwise. */
function openedOf(context: Context, place: MessagePlace, message: Resent): OpenedMessage | undefined {
  const { primitives } = context.provider
  const plaintext = openResent(primitives, message.envelope, message, place)
  if (plaintext === undefined || isContradicted(context, place, message)) return undefined
  const hash = primitives.sha256(message.envelope) as EnvelopeHash
  // It is kept for others where it came by the group's way before. What came in private stays private (PROTOCOL §7).
  const isKept = context.transaction.get(UNDECRYPTABLE, place.group, textOf(hash)) !== undefined
  return { place, hash, envelope: isKept ? message.envelope : null, plaintext, frontier: frontierUnder(context, place) }
}

/** Whether header or signature of the envelope are not those of its author's key, as far as epoch and key are here. */
function isContradicted(context: Context, { group, epoch, device, keyId, iteration }: MessagePlace, message: Resent): boolean {
  const { primitives } = context.provider
  const keys = context.transaction.get(EPOCH_KEYS, group, epoch)
  const unmasked = keys === undefined ? undefined : unmaskEnvelope(primitives, keys.headerKey, message.envelope)
  if (keys === undefined || unmasked === undefined) return false
  const { header } = unmasked
  const isOfPlace = equalBytes(header.senderTag, senderTag(primitives, keys.tagKey, device)) && header.keyId === keyId && header.iteration === iteration
  if (!isOfPlace) return true
  const their = context.transaction.get(THEIR_KEY, group, epoch, textOf(device), String(keyId))
  return their !== undefined && 'code' in verifyEnvelope(primitives, their.key, unmasked)
}
