/** Ciphertext kept for other members, within bounds of age and bytes: they can get from here what a relay lost (PROTOCOL §7). */
import { LIMITS } from '@sotto/wire'
import { noteReceived } from '../cipher/received.ts'
import type { HistoryRecord } from '../contract/history.ts'
import type { Context } from '../state/context.ts'
import { nextNumber } from '../state/local-numbers.ts'
import { type MessagePlace, textOf } from '../state/names.ts'
import { sortable } from '../state/table.ts'
import { GROUP } from '../state/tables/groups.ts'
import { KEPT_BYTES } from '../state/tables/messages.ts'
import { READ } from '../state/tables/self.ts'

/** The name of the history of a group's kept ciphertext, and a record's id in it. */
export const envelopeHistory = (group: string): string => `envelopes/${group}`

export const envelopeId = (epoch: string, device: string, keyId: number, iteration: number): string => `${epoch}/${device}/${keyId}/${iteration}`

/** Keeps an envelope for other members and notes it as received. */
export function hold(context: Context, { group, epoch, device, keyId, iteration }: MessagePlace, envelope: Uint8Array): void {
  noteReceived(context, [group, epoch, textOf(device), String(keyId)], iteration)
  context.histories.push({
    history: envelopeHistory(group),
    id: envelopeId(epoch, textOf(device), keyId, iteration),
    order: sortable(context.nowMs),
    value: envelope,
  })
  const before = keptBytes(context, group)
  context.transaction.put(KEPT_BYTES, [group, epoch], (context.transaction.get(KEPT_BYTES, group, epoch) ?? 0) + envelope.length)
  // Read once, when the bound is crossed. What comes meanwhile is looked at after that read.
  if (before <= LIMITS.envelopeHistoryBytes && before + envelope.length > LIMITS.envelopeHistoryBytes) readOldest(context, group)
}

const keptBytes = (context: Context, group: string): number => context.transaction.scan(KEPT_BYTES, group).reduce((sum, { value }) => sum + value, 0)

/** Records that are read at once. */
const OLDEST_AT_ONCE = 256

function readOldest(context: Context, group: string): void {
  const read = String(nextNumber(context))
  context.transaction.put(READ, [read], { kind: 'oldest', group })
  context.effects.push({
    kind: 'readHistory',
    read,
    query: { kind: 'page', history: envelopeHistory(group), beyond: null, direction: 'newer', limit: OLDEST_AT_ONCE },
  })
}

/** From time to time: looks for envelopes past their age in every group. */
export function expireKept(context: Context): void {
  for (const { key, value } of context.transaction.scan(GROUP)) if (value.state === 'member') readOldest(context, key[0] ?? '')
}

/** Deletes those of the oldest envelopes that exceed a bound. */
export function trimKept(context: Context, group: string, oldest: readonly HistoryRecord[]): void {
  let over = keptBytes(context, group) - LIMITS.envelopeHistoryBytes
  const tooOld = sortable(Math.max(0, context.nowMs - LIMITS.envelopeHistoryMs))
  let gone = 0
  for (const { id, order, value } of oldest) {
    if (over <= 0 && order >= tooOld) break
    const [epoch = ''] = id.split('/')
    context.histories.push({ history: envelopeHistory(group), id, order: '', value: null })
    context.transaction.put(KEPT_BYTES, [group, epoch], Math.max(0, (context.transaction.get(KEPT_BYTES, group, epoch) ?? 0) - value.length))
    over -= value.length
    gone++
  }
  if (gone === OLDEST_AT_ONCE) readOldest(context, group)
}
