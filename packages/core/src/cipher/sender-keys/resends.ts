/**
 * Own messages that are kept for members that could not open them, and resent in private: envelopes, and for each the key
 * that opens it. That says as much as the content. Old chain keys are never kept (PROTOCOL §3).
 */
import type { MessageOpening } from '@sotto/crypto'
import { difference, NOTHING, withNumber } from '@sotto/sync'
import { decode, type DeviceId, encode, LIMITS, type Ranges } from '@sotto/wire'
import type { HistoryRecord } from '../../contract/history.ts'
import { rosterOf } from '../../groups/group-log.ts'
import { queueControlMessage } from '../../sessions/control-queue.ts'
import type { Context } from '../../state/context.ts'
import { nextNumber } from '../../state/local-numbers.ts'
import { bytesOf } from '../../state/names.ts'
import { READ } from '../../state/tables/self.ts'
import { KEY_RECIPIENT, RESEND_READ, type ResendRead } from '../../state/tables/sender-keys.ts'
import { type Resend, resend, resentMessage } from './control-messages/resend.ts'

/** Reads own messages for a device; `resendContents` sends them. */
export function readForResend(context: Context, { wanted, ...place }: Omit<ResendRead, 'wanted'> & { readonly wanted: readonly number[] }): void {
  const read = String(nextNumber(context))
  context.transaction.put(READ, [read], { kind: 'cipher', group: place.group })
  context.transaction.put(RESEND_READ, [read], { ...place, wanted: wanted.reduce<Ranges>(withNumber, NOTHING) })
  context.effects.push({
    kind: 'readHistory',
    read,
    query: { kind: 'byId', history: resendHistory(place.group), ids: wanted.map((each) => resendId(place.epoch, place.keyId, each)) },
  })
}

/** The messages for a resend have been read. */
export function resendContents(context: Context, read: string, records: readonly HistoryRecord[] | null): void {
  const place = context.transaction.get(RESEND_READ, read)
  context.transaction.delete(RESEND_READ, read)
  if (place === undefined || records === null) return
  const device = bytesOf<DeviceId>(place.device)
  if (rosterOf(context, place.group).deviceOf(device) === undefined) return
  const name = { group: bytesOf<Resend['group']>(place.group), epoch: bytesOf<Resend['epoch']>(place.epoch), keyId: place.keyId }
  const messages = records.flatMap((record) => decode(resentMessage, record.value) ?? [])
  const found = messages.reduce<Ranges>((set, { iteration }) => withNumber(set, iteration), NOTHING)
  const gone = difference(place.wanted, found)
  // In batches, so that each letter fits a record.
  let batch: typeof messages = []
  let bytes = 0
  for (const message of messages) {
    if (bytes + message.envelope.length > LIMITS.recordBytes / 3 && batch.length > 0) {
      queueControlMessage(context, device, resend, { ...name, messages: batch, refused: NOTHING, gone: NOTHING })
      batch = []
      bytes = 0
    }
    batch.push(message)
    bytes += message.envelope.length + OPENING_BYTES
  }
  queueControlMessage(context, device, resend, {
    ...name,
    messages: batch,
    refused: place.refused.slice(0, LIMITS.rangesPerKey),
    gone: gone.slice(0, LIMITS.rangesPerKey),
  })
}

/** Earlier resends to this device no longer count against the limit. */
export function forgetResends(context: Context, device: string): void {
  for (const row of context.transaction.scan(KEY_RECIPIENT)) {
    // Keys are split for few rows only. With a letter for every member this runs once for each.
    if (row.value.resent.length > 1 && row.key[3] === device)
      context.transaction.put(KEY_RECIPIENT, row.key, { ...row.value, resent: row.value.resent.slice(0, 1) })
  }
}

/** What opens an envelope, with the lengths around it. */
const OPENING_BYTES = 76

/** Own messages by place, kept for resends (PROTOCOL §3). */
export const resendHistory = (group: string): string => `own/${group}`

export const resendId = (epoch: string, keyId: number, iteration: number): string => `${epoch}/${keyId}/${iteration}`

export const encodeResend = (iteration: number, envelope: Uint8Array, opening: MessageOpening): Uint8Array =>
  encode(resentMessage, { iteration, envelope, ...opening })
