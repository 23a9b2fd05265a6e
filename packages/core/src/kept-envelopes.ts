/**
 * Ciphertext kept for other members (PROTOCOL §7): any member serves any other's envelopes. It is bounded by age and by
 * bytes; what is over a bound goes, the oldest first, and stays known as held.
 */
import { NOTHING, withinLimit, withNumber } from '@sotto/sync'
import { type DeviceId, LIMITS } from '@sotto/wire'
import { type Context, nextNumber, textOf } from './context.ts'
import type { KeyName } from './key-name.ts'
import type { LogRecord } from './log.ts'
import { sortable } from './table.ts'
import { EPOCH, GROUP, HELD, KEPT_BYTES, READ } from './tables.ts'

/** The log's name for a group's kept ciphertext, and a record's id in it. */
export const envelopeLog = (group: string): string => `envelopes/${group}`
export const envelopeId = (epoch: string, device: string, generation: number, iteration: number): string =>
  `${epoch}/${device}/${generation}/${iteration}`

/** Keeps an envelope for other members, and knows that it was held. */
export function hold(context: Context, group: string, epoch: string, device: DeviceId, generation: number, iteration: number, envelope: Uint8Array): void {
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

/**
 * Remembers that the content of a place is here, so that it is shown once. Of epochs that are unknown here for a few keys of
 * a device only: it may name any number of them.
 */
export function noteHeld(context: Context, name: KeyName, iteration: number): void {
  const [group, epoch, device] = name
  const held = context.draft.get(HELD, ...name)
  const isElsewhere = (each: string): boolean => context.draft.get(EPOCH, group, each) === undefined
  if (held === undefined && isElsewhere(epoch)) {
    const known = context.draft.scan(HELD, group).filter(({ key }) => key[2] === device && isElsewhere(key[1] ?? ''))
    if (known.length >= LIMITS.placesOfUnknownEpochs) return
  }
  context.draft.put(HELD, [...name], withinLimit(withNumber(held ?? NOTHING, iteration)))
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
