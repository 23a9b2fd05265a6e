/** Seals a message for each device of the group by itself, in the session with it (PROTOCOL §4). */
import { type DeviceId, decode, encode, equalBytes, LIMITS, list, operationId, struct, uint16, varBytes } from '@sotto/wire'
import { difference, hasNumber, NOTHING, unite, withNumber } from '@sotto/sync'
import type { Ranges } from '@sotto/wire'
import type { HistoryRecord } from '../../contract/history.ts'
import { selfOf } from '../../identity/profile.ts'
import { queueControlMessage } from '../../sessions/control-queue.ts'
import type { Context } from '../../state/context.ts'
import { bytesOf } from '../../state/names.ts'
import { OWN_RUN } from '../../state/tables/pairwise.ts'
import { KEY_RECIPIENT } from '../../state/tables/repair.ts'
import { frontierOf } from '../frontier.ts'
import type { CipherHeader, SealedMessage } from '../group-cipher.ts'
import { erasedAmong, keepForResend, takeRead } from '../repair/resends.ts'
import { wireNameOf } from '../repair/key-recipients.ts'
import { pairwiseMessage } from './control-messages/pairwise-message.ts'
import { pairwiseMissing } from './control-messages/pairwise-missing.ts'
import { hashOfCopy } from './hash-of-copy.ts'
import { readyRun } from './own-run.ts'
import { takeSightings } from './sightings.ts'

export function seal(
  context: Context,
  group: string,
  epoch: string,
  encodeContent: (header: CipherHeader) => Uint8Array,
  kept: { readonly under?: string },
): SealedMessage {
  const run = readyRun(context, group, epoch)
  const { keyId, next: iteration } = run
  context.transaction.put(OWN_RUN, [group], { ...run, next: iteration + 1 })
  const heads = frontierOf(context, group)
  const content = encodeContent({ before: iteration === 0 ? run.before : null, heads: null })
  const place = { group, epoch, device: selfOf(context).device, keyId, iteration }
  const sightings = takeSightings(context, group, epoch)
  for (const { key, value } of context.transaction.scan(KEY_RECIPIENT, group, epoch, String(keyId))) {
    const to = bytesOf<DeviceId>(key[3] ?? '')
    // What a device itself sent, it need not be told.
    const others = sightings.filter(({ device }) => !equalBytes(device, to))
    const copy = { ...wireNameOf(place), iteration, from: value.fromIteration, heads, content, sightings: others }
    queueControlMessage(context, to, pairwiseMessage, copy, { ...wireNameOf(place), from: iteration })
  }
  keepForResend(context, place, encode(keptMessage, { iteration, heads, content }), kept)
  return { place, frontier: heads, hash: hashOfCopy(context, place, content), envelope: null }
}

/** An own message as it is kept: what is the same in every copy. */
const keptMessage = struct({ iteration: uint16, heads: list(operationId, LIMITS.operationParents), content: varBytes(LIMITS.recordBytes) })

/** Own messages have been read for a device that lacks them: it is sent its copies again, and told what is gone. */
export function resendCopies(context: Context, read: string, records: readonly HistoryRecord[] | null): void {
  const place = takeRead(context, read)
  if (place === undefined || records === null) return
  const recipient = context.transaction.get(KEY_RECIPIENT, place.group, place.epoch, String(place.keyId), place.device)
  if (recipient === undefined) return
  const messages = records.flatMap((record) => decode(keptMessage, record.value) ?? []).filter(({ iteration }) => hasNumber(place.wanted, iteration))
  for (const message of messages)
    queueControlMessage(context, place.to, pairwiseMessage, { ...wireNameOf(place), ...message, from: recipient.fromIteration, sightings: [] })
  const found = messages.reduce<Ranges>((set, { iteration }) => withNumber(set, iteration), NOTHING)
  const erased = erasedAmong(records)
  const gone = difference(place.wanted, unite(found, erased)).slice(0, LIMITS.rangesPerKey)
  const refused = unite(place.refused, erased).slice(0, LIMITS.rangesPerKey)
  if (gone.length > 0 || refused.length > 0) queueControlMessage(context, place.to, pairwiseMissing, { ...wireNameOf(place), refused, gone })
}
