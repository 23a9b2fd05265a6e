/** Ciphertext kept for other members, within a bound of age and bytes: what a relay lost, they get from here (PROTOCOL §7). */
import { LIMITS } from '@sotto/wire'
import { noteHeld } from '../cipher/received.ts'
import type { LogRecord } from '../contract/history.ts'
import type { Context } from '../state/context.ts'
import { nextNumber } from '../state/local-numbers.ts'
import { type MessagePlace, textOf } from '../state/names.ts'
import { sortable } from '../state/table.ts'
import { GROUP } from '../state/tables/groups.ts'
import { KEPT_BYTES } from '../state/tables/messages.ts'
import { READ } from '../state/tables/self.ts'

/** The log's name for a group's kept ciphertext, and a record's id in it. */
export const envelopeLog = (group: string): string => `envelopes/${group}`

export const envelopeId = (epoch: string, device: string, generation: number, iteration: number): string => `${epoch}/${device}/${generation}/${iteration}`

/** Keeps an envelope for other members, and knows that it was held. */
export function hold(context: Context, { group, epoch, device, generation, iteration }: MessagePlace, envelope: Uint8Array): void {
  noteHeld(context, [group, epoch, textOf(device), String(generation)], iteration)
  context.logs.push({
    log: envelopeLog(group),
    id: envelopeId(epoch, textOf(device), generation, iteration),
    order: sortable(context.nowMs),
    value: envelope,
  })
  const before = keptBytes(context, group)
  context.draft.put(KEPT_BYTES, [group, epoch], (context.draft.get(KEPT_BYTES, group, epoch) ?? 0) + envelope.length)
  // Once, when the bound is crossed; whatever came meanwhile is looked at when that has been read.
  if (before <= LIMITS.envelopeLogBytes && before + envelope.length > LIMITS.envelopeLogBytes) readOldest(context, group)
}

const keptBytes = (context: Context, group: string): number => context.draft.scan(KEPT_BYTES, group).reduce((sum, { value }) => sum + value, 0)

/** Records looked at in one go. */
const OLDEST_AT_ONCE = 256

function readOldest(context: Context, group: string): void {
  const read = String(nextNumber(context))
  context.draft.put(READ, [read], { kind: 'oldest', group })
  context.effects.push({ kind: 'readLog', read, query: { kind: 'page', log: envelopeLog(group), beyond: null, direction: 'newer', limit: OLDEST_AT_ONCE } })
}

/** From time to time: what is past its age, in every group. */
export function expireKept(context: Context): void {
  for (const { key, value } of context.draft.scan(GROUP)) if (value.state === 'member') readOldest(context, key[0] ?? '')
}

/** The oldest have been read: those over a bound go. */
export function trimKept(context: Context, group: string, oldest: readonly LogRecord[]): void {
  let over = keptBytes(context, group) - LIMITS.envelopeLogBytes
  const tooOld = sortable(Math.max(0, context.nowMs - LIMITS.envelopeLogMs))
  let gone = 0
  for (const { id, order, value } of oldest) {
    if (over <= 0 && order >= tooOld) break
    const [epoch = ''] = id.split('/')
    context.logs.push({ log: envelopeLog(group), id, order: '', value: null })
    context.draft.put(KEPT_BYTES, [group, epoch], Math.max(0, (context.draft.get(KEPT_BYTES, group, epoch) ?? 0) - value.length))
    over -= value.length
    gone++
  }
  if (gone === OLDEST_AT_ONCE) readOldest(context, group)
}
