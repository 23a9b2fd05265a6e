/**
 * What was sealed in an epoch that ended before it was known to have left is sealed anew in the next (PROTOCOL §7), and
 * a full mailbox is answered with a next epoch (§6).
 */
import { spreadMs } from '@sotto/crypto/primitives'
import { type EpochId, LIMITS } from '@sotto/wire'
import { bytesOf, type Context, setTimer, textOf } from './context.ts'
import { authorRekeying, currentEpoch } from './epochs.ts'
import { withdraw } from './relay-link.ts'
import { sortable } from './table.ts'
import { CROWDED, EPOCH, INTENT, OUTBOX, type OutboxEntry, SENT, UNCONFIRMED } from './tables.ts'

/**
 * Takes back what nobody has confirmed of earlier epochs, and writes it down to be sealed once more. Where it left all
 * the same, its next envelope names the first, so whoever gets both shows it once.
 */
export function sealAnew(context: Context, group: string, current: string): void {
  const waiting = new Map<string, string[]>()
  for (const { key, value } of context.draft.scan(OUTBOX)) {
    const place = placeOf(value)
    if (place !== undefined) waiting.set(place, [...(waiting.get(place) ?? []), key[0] ?? ''])
  }
  for (const { key, value } of context.draft.scan(SENT, group)) {
    const [, epoch = '', generation = '', iteration = ''] = key
    if (epoch === current || value.record.state !== 'sending') continue
    for (const token of waiting.get(key.join('/')) ?? []) withdraw(context, token)
    context.draft.delete(SENT, ...key)
    context.draft.delete(UNCONFIRMED, ...key)
    const { message, order, record, said } = value
    // However often it is sealed, it names its first place: that is how whoever has one knows the others.
    const again = value.again ?? { epoch: bytesOf<EpochId>(epoch), generation: Number(generation), iteration: Number.parseInt(iteration, 36) }
    // The number in its id keeps its turn before what was written since.
    context.draft.put(INTENT, [group, message.slice(message.indexOf('-') + 1)], { message, order, record, said, again })
  }
}

/** The key in SENT of what an outbox entry carries. */
function placeOf({ about }: OutboxEntry): string | undefined {
  if (about.kind !== 'envelope') return undefined
  return [textOf(about.group), textOf(about.epoch), String(about.generation), sortable(about.iteration)].join('/')
}

/** Several members find a mailbox full at once: each waits up to this long, so that one of them answers it. */
const CROWDED_SPREAD_MS = 8_000

/** A relay has no room for this message in its epoch's mailbox. */
export function mailboxFull(context: Context, entry: OutboxEntry): void {
  if (entry.about.kind !== 'envelope') return
  const group = textOf(entry.about.group)
  const epoch = textOf(entry.about.epoch)
  const current = currentEpoch(context, group)
  if (current === undefined) return
  if (epoch !== current) return sealAnew(context, group, current)
  if (context.draft.get(CROWDED, group)?.epoch === epoch) return
  const began = context.draft.get(EPOCH, group, epoch)?.beganMs ?? context.nowMs
  const atMs = Math.max(context.nowMs, began + LIMITS.crowdedEpochMs) + spreadMs(context.suite.random, CROWDED_SPREAD_MS)
  context.draft.put(CROWDED, [group], { epoch, atMs })
  setTimer(context, 'crowded', atMs, 'earliest')
}

/** Begins the next epoch of groups whose mailbox is still full. */
export function relieveCrowded(context: Context): void {
  for (const { key, value } of context.draft.scan(CROWDED)) {
    if (value.atMs > context.nowMs) {
      setTimer(context, 'crowded', value.atMs, 'earliest')
      continue
    }
    const [group = ''] = key
    context.draft.delete(CROWDED, ...key)
    const isWaiting = context.draft.scan(OUTBOX).some(({ value: entry }) => placeOf(entry)?.startsWith(`${group}/${value.epoch}/`) === true)
    if (isWaiting && currentEpoch(context, group) === value.epoch) authorRekeying(context, group, (commitment) => ({ kind: 'rekey', commitment }))
  }
}
