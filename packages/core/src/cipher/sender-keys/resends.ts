/**
 * Own messages that are resent in private: envelopes, and for each the key that opens it. That says as much as the content.
 * Old chain keys are never kept (PROTOCOL §3).
 */
import type { MessageOpening } from '@sotto/crypto'
import { difference, hasNumber, NOTHING, unite, withNumber } from '@sotto/sync'
import { decode, encode, LIMITS, type Ranges } from '@sotto/wire'
import type { HistoryRecord } from '../../contract/history.ts'
import { changeQueued, queueControlMessage } from '../../sessions/control-queue.ts'
import type { Context } from '../../state/context.ts'
import { bytesOf, type MessagePlace, textOf } from '../../state/names.ts'
import { erasedAmong, eraseKept, RESENT_BYTES, takeRead } from '../repair/resends.ts'
import { type Resend, resend, resentMessage } from './control-messages/resend.ts'

/** The messages for a resend have been read. */
export function resendContents(context: Context, read: string, records: readonly HistoryRecord[] | null): void {
  const place = takeRead(context, read)
  if (place === undefined || records === null) return
  const name = { group: bytesOf<Resend['group']>(place.group), epoch: bytesOf<Resend['epoch']>(place.epoch), keyId: place.keyId }
  const messages = records.flatMap((record) => decode(resentMessage, record.value) ?? []).filter(({ iteration }) => hasNumber(place.wanted, iteration))
  const found = messages.reduce<Ranges>((set, { iteration }) => withNumber(set, iteration), NOTHING)
  const erased = erasedAmong(records)
  const refused = unite(place.refused, erased)
  const gone = difference(place.wanted, unite(found, erased))
  // In batches, so that each letter fits a record.
  let batch: typeof messages = []
  let bytes = 0
  for (const message of messages) {
    if (bytes + message.envelope.length > RESENT_BYTES && batch.length > 0) {
      queueControlMessage(context, place.to, resend, { ...name, messages: batch, refused: NOTHING, gone: NOTHING })
      batch = []
      bytes = 0
    }
    batch.push(message)
    bytes += message.envelope.length + OPENING_BYTES
  }
  queueControlMessage(context, place.to, resend, {
    ...name,
    messages: batch,
    refused: refused.slice(0, LIMITS.rangesPerKey),
    gone: gone.slice(0, LIMITS.rangesPerKey),
  })
}

/** What opens an envelope, with the lengths around it. */
const OPENING_BYTES = 76

export const encodeResend = (iteration: number, envelope: Uint8Array, opening: MessageOpening): Uint8Array =>
  encode(resentMessage, { iteration, envelope, ...opening })

/** A message of ours was deleted, or vanished: what would open its envelope is kept no more, and what waits to be sent of it is not sent. */
export function eraseResends(context: Context, place: MessagePlace): void {
  changeQueued(context, resend, (fields) => {
    const { group, epoch, keyId, messages, refused } = fields
    const isOfKey = textOf(group) === place.group && textOf(epoch) === place.epoch && keyId === place.keyId
    const others = messages.filter(({ iteration }) => iteration !== place.iteration)
    if (!isOfKey || others.length === messages.length) return fields
    return { ...fields, messages: others, refused: withNumber(refused, place.iteration).slice(0, LIMITS.rangesPerKey) }
  })
  eraseKept(context, place)
}
