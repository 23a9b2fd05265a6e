/**
 * The way in of a group message: unmask, find the key, verify, open, apply (PROTOCOL §3). The doors are types: only
 * `verifyEnvelope` makes an `Authentic`, only `openAuthentic` an `Opened`.
 */
import { contextOf, openAuthentic, senderTag, unmaskEnvelope, verifyEnvelope } from '@sotto/crypto'
import { hasAll } from '@sotto/membership'
import { hasNumber, NOTHING, withNumber } from '@sotto/sync'
import {
  content as contentCodec,
  decode,
  type DeviceId,
  type EnvelopeHash,
  equalBytes,
  LIMITS,
} from '@sotto/wire'
import { bytesOf, type Context, setTimer, textOf } from './context.ts'
import { mergeClock } from './clock.ts'
import { logOf, rosterOf, selfOf } from './group-log.ts'
import { saveMessage, touch } from './messages.ts'
import { envelopeId, envelopeLog } from './reconcile.ts'
import { oweReceipt } from './receipts.ts'
import {
  EPOCH_KEYS, FROZEN, GROUP, HELD, KEY_REQUEST, NAME, type Parked, PARKED, THEIR_KEY,
} from './tables.ts'
import { sortable } from './table.ts'

/** Takes in an envelope from the mailbox, from gossip or from a peer; the same one any number of times. */
export function receiveEnvelope(context: Context, group: string, epoch: string, envelope: Uint8Array): void {
  const keys = context.draft.get(EPOCH_KEYS, group, epoch)
  const row = context.draft.get(GROUP, group)
  if (keys === undefined || row?.state !== 'member') return
  const { primitives } = context.suite
  const masked = unmaskEnvelope(primitives, keys.headerKey, envelope)
  const device = masked === undefined ? undefined : deviceOfTag(context, group, keys.tagKey, masked.header.senderTag)
  if (masked === undefined || device === undefined) {
    context.draft.put(GROUP, [group], { ...row, strays: row.strays + 1 })
    return
  }
  const { generation, iteration } = masked.header
  if (equalBytes(device, selfOf(context).device)) return
  const name = [group, epoch, textOf(device), String(generation)] as const
  if (hasNumber(context.draft.get(HELD, ...name) ?? NOTHING, iteration)) return
  const hash = primitives.sha256(envelope) as EnvelopeHash
  const place = { epoch: bytesOf<Parked['epoch']>(epoch), device, generation, iteration, envelope, atMs: context.nowMs }
  const their = context.draft.get(THEIR_KEY, ...name)
  if (context.draft.get(FROZEN, group, textOf(device)) !== undefined) {
    park(context, group, hash, { ...place, cause: 'removedBeforeItWasSent' })
    return
  }
  if (their === undefined) {
    park(context, group, hash, { ...place, cause: 'keyNotYetReceived' })
    return
  }
  // Bound to its sender's frontier: whoever lacks a head of it does not know who was meant to read this.
  if (!hasAll(logOf(context, group), contextOf(their.key).frontier)) {
    park(context, group, hash, { ...place, cause: 'operationsMissing' })
    return
  }
  const authentic = verifyEnvelope(primitives, their.key, masked)
  // A forgery costs this one check. It is not kept: somebody may send the true one.
  if ('code' in authentic) return
  const opened = openAuthentic(primitives, their.key, authentic, context.nowMs)
  if ('code' in opened) {
    if (opened.code === 'beforeDistribution') park(context, group, hash, { ...place, cause: 'fromBeforeYouJoined' })
    else if (opened.code !== 'alreadyOpened') park(context, group, hash, { ...place, cause: opened.code === 'tooFarAhead' ? 'keyNotYetReceived' : opened.code })
    return
  }
  context.draft.put(THEIR_KEY, [...name], { ...their, key: opened.key })
  context.draft.delete(PARKED, group, textOf(hash))
  hold(context, group, epoch, device, generation, iteration, envelope)
  oweReceipt(context, group, epoch, device, generation, iteration)
  apply(context, group, device, hash, opened.plaintext, false, iteration)
}

/** The device whose tag this is, among those that the log knows; `undefined` for a stranger's. */
function deviceOfTag(context: Context, group: string, tagKey: Uint8Array, tag: Uint8Array): DeviceId | undefined {
  for (const device of rosterOf(context, group).everyDevice) {
    if (equalBytes(senderTag(context.suite.primitives, tagKey, device), tag)) return device
  }
  return undefined
}

/** Keeps an envelope for other members, and knows that it was held. */
export function hold(
  context: Context,
  group: string,
  epoch: string,
  device: DeviceId,
  generation: number,
  iteration: number,
  envelope: Uint8Array,
): void {
  const name = [group, epoch, textOf(device), String(generation)] as const
  context.draft.put(HELD, [...name], withNumber(context.draft.get(HELD, ...name) ?? NOTHING, iteration))
  context.logs.push({
    log: envelopeLog(group),
    id: envelopeId(epoch, textOf(device), generation, iteration),
    order: sortable(context.nowMs),
    value: envelope,
  })
}

/** What a message says happens: it is shown, or it names its sender. `resent`: it came from its author in private. */
export function apply(
  context: Context,
  group: string,
  device: DeviceId,
  envelope: EnvelopeHash,
  plaintext: Uint8Array,
  resent: boolean,
  iteration: number,
): void {
  const content = decode(contentCodec, plaintext)
  const account = rosterOf(context, group).accountOf(device)
  if (content === undefined || account === undefined) return
  mergeClock(context, content.timeMs, content.counter)
  switch (content.body.kind) {
    case 'profile':
      context.draft.put(NAME, [textOf(account)], content.body.name)
      touch(context, group)
      return
    case 'text':
      saveMessage(context, group, {
        id: textOf(envelope),
        order: `${sortable(content.timeMs)}.${sortable(content.counter)}.${textOf(device).slice(0, 8)}.${sortable(iteration)}`,
        record: { account, own: false, timeMs: content.timeMs, state: 'none', resent, envelope, body: content.body },
      })
  }
}

/** Puts an envelope by until what it waits for comes; the oldest end first where there are too many. */
function park(context: Context, group: string, hash: EnvelopeHash, parked: Parked): void {
  const known = context.draft.get(PARKED, group, textOf(hash))
  if (known !== undefined && known.cause === parked.cause) return
  if (known === undefined && context.draft.scan(PARKED, group).length >= LIMITS.parkedEnvelopes) return
  context.draft.put(PARKED, [group, textOf(hash)], { ...parked, atMs: known?.atMs ?? parked.atMs })
  touch(context, group)
  // From before the key we were handed: its owner knows whether it was meant for us, and says so if it was not.
  if (parked.cause !== 'keyNotYetReceived' && parked.cause !== 'fromBeforeYouJoined') return
  const name = [group, textOf(parked.epoch), textOf(parked.device), String(parked.generation)] as const
  if (context.draft.get(KEY_REQUEST, ...name) === undefined) {
    // The distribution is usually just behind: wait a little before asking.
    context.draft.put(KEY_REQUEST, [...name], { attempts: 0, nextMs: context.nowMs + LIMITS.keyRequestAfterMs })
  }
  setTimer(context, 'keyRequests', context.nowMs + LIMITS.keyRequestAfterMs, 'earliest')
}

/** Tries again what was parked in a group: a key, an operation or an end came. */
export function retryParked(context: Context, group: string, matches: (parked: Parked) => boolean): void {
  const waiting = context.draft.scan(PARKED, group).filter(({ value }) => matches(value))
  // In the order of the chain, so that no key is skipped without need.
  waiting.sort((a, b) => a.value.generation - b.value.generation || a.value.iteration - b.value.iteration)
  for (const { value } of waiting) receiveEnvelope(context, group, textOf(value.epoch), value.envelope)
}
