/** Own messages that are kept for members that could not open them, and resent in private (PROTOCOL §3). */
import { difference, hasNumber, NOTHING, withNumber } from '@sotto/sync'
import { type DeviceId, LIMITS, type Ranges } from '@sotto/wire'
import { numbersOf } from '@sotto/sync'
import type { HistoryRecord } from '../../contract/history.ts'
import { rosterOf } from '../../groups/group-log.ts'
import { selfOf } from '../../identity/profile.ts'
import type { Context } from '../../state/context.ts'
import { nextNumber } from '../../state/local-numbers.ts'
import { bytesOf, type MessagePlace, textOf } from '../../state/names.ts'
import { sortable } from '../../state/table.ts'
import { RECEIVED } from '../../state/tables/cipher.ts'
import { KEY_RECIPIENT, RESEND_READ, type ResendRead } from '../../state/tables/repair.ts'
import { READ } from '../../state/tables/self.ts'

/** Own messages by place, kept for resends, each as its cipher resends it. */
export const resendHistory = (group: string): string => `own/${group}`

const resendId = (epoch: string, keyId: number, iteration: number): string => `${epoch}/${keyId}/${iteration}`

/** Keeps a message of ours. */
export function keepForResend(
  context: Context,
  { group, epoch, keyId, iteration }: MessagePlace,
  value: Uint8Array,
  kept: { readonly under?: string } = {},
): void {
  context.histories.push({ history: resendHistory(group), id: resendId(epoch, keyId, iteration), order: sortable(context.nowMs), value, ...kept })
}

/** In place of a message that was deleted. */
const ERASED = Uint8Array.of(0)

/** A message of ours was deleted, or vanished: it is kept no more, and what is being read of it is sent to nobody. */
export function eraseKept(context: Context, place: MessagePlace): void {
  keepForResend(context, place, ERASED)
  const { group, epoch, keyId, iteration } = place
  for (const { key, value } of context.transaction.scan(RESEND_READ)) {
    if (value.group !== group || value.epoch !== epoch || value.keyId !== keyId || !hasNumber(value.wanted, iteration)) continue
    const refused = withNumber(value.refused, iteration)
    context.transaction.put(RESEND_READ, key, { ...value, wanted: difference(value.wanted, [{ from: iteration, to: iteration }]), refused })
  }
}

/**
 * The numbers of those that were deleted. A device that asks for one has nothing to wait for: it is refused, as what was never meant
 * for that device.
 */
export const erasedAmong = (records: readonly HistoryRecord[]): Ranges =>
  records
    .flatMap(({ id, value }) => (value.length === ERASED.length ? [Number(id.split('/')[2])] : []))
    .toSorted((a, b) => a - b)
    .reduce<Ranges>(withNumber, NOTHING)

/** Reads own messages for a device; the cipher sends them. */
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

/** What was read, for whom. undefined: that device is no member's any more. */
export function takeRead(context: Context, read: string): (ResendRead & { readonly to: DeviceId }) | undefined {
  const place = context.transaction.get(RESEND_READ, read)
  context.transaction.delete(RESEND_READ, read)
  if (place === undefined) return undefined
  const to = bytesOf<DeviceId>(place.device)
  return rosterOf(context, place.group).deviceOf(to) === undefined ? undefined : { ...place, to }
}

/** Earlier resends to this device no longer count against the limit. */
export function forgetResends(context: Context, device: string): void {
  for (const row of context.transaction.scan(KEY_RECIPIENT)) {
    // Keys are split for few rows only. With a letter for every member this runs once for each.
    if (row.value.resent.length > 1 && row.key[3] === device)
      context.transaction.put(KEY_RECIPIENT, row.key, { ...row.value, resent: row.value.resent.slice(0, 1) })
  }
}

/** After an epoch's retention nothing of it is resent. */
export function forgetKept(context: Context, group: string, epoch: string): void {
  for (const { key, value } of context.transaction.scan(RECEIVED, group, epoch, textOf(selfOf(context).device))) {
    for (const iteration of numbersOf(value))
      context.histories.push({ history: resendHistory(group), id: resendId(epoch, Number(key[3]), iteration), order: '', value: null })
  }
}

/** Bytes of messages in one letter of resends. */
export const RESENT_BYTES = LIMITS.recordBytes / 3
