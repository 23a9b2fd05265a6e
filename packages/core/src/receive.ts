/**
 * The way in of a group message: unmask, find the key, verify, open, apply (PROTOCOL §3). The doors are types: only
 * `verifyEnvelope` makes an `Authentic`, only `openAuthentic` an `Opened`.
 */
import { contextOf, openAuthentic, senderTag, unmaskEnvelope, verifyEnvelope } from '@sotto/crypto'
import { hasAll } from '@sotto/membership'
import { hasNumber, NOTHING } from '@sotto/sync'
import {
  type Content,
  content as contentCodec,
  decode,
  type DeviceId,
  type EnvelopeHash,
  type EpochId,
  equalBytes,
  LIMITS,
  type OperationId,
} from '@sotto/wire'
import { bytesOf, type Context, textOf } from './context.ts'
import { messageHash, placeMessage } from './conversation-order.ts'
import { askLater, noteCount, noteGap } from './gaps.ts'
import type { KeyName } from './key-name.ts'
import { logOf, rosterOf, selfOf } from './group-log.ts'
import { compareLogs } from './log-repair.ts'
import { noteName, saveMessage, touch } from './messages.ts'
import { ownersInLog } from './owners-in-log.ts'
import { deleteParked, parkedUnder, putParked } from './parked.ts'
import { hold, noteHeld } from './kept-envelopes.ts'
import { oweReceipt } from './receipts.ts'
import {
  EPOCH, EPOCH_KEYS, GROUP, HELD, type Parked, PARKED, STRAY, TAGS, THEIR_KEY, VOUCHED,
} from './tables.ts'
import { sortable } from './table.ts'
import { putTheirKey } from './their-keys.ts'

/** Takes in an envelope from the mailbox, from gossip or from a peer; the same one any number of times. */
export function receiveEnvelope(context: Context, group: string, epoch: string, envelope: Uint8Array): void {
  const keys = context.draft.get(EPOCH_KEYS, group, epoch)
  const row = context.draft.get(GROUP, group)
  if (keys === undefined || row?.state !== 'member') return
  const { primitives } = context.suite
  const masked = unmaskEnvelope(primitives, keys.headerKey, envelope)
  const device = masked === undefined ? undefined : deviceOfTag(context, group, epoch, masked.header.senderTag)
  if (masked === undefined) return stray(context, group)
  if (device === undefined) return keepStray(context, group, epoch, primitives.sha256(envelope) as EnvelopeHash, envelope)
  const { generation, iteration } = masked.header
  if (equalBytes(device, selfOf(context).device)) return
  const name = [group, epoch, textOf(device), String(generation)] as const
  // Most come more than once: by gossip, from the mailbox and from peers.
  if (hasNumber(context.draft.get(HELD, ...name) ?? NOTHING, iteration)) return
  const hash = primitives.sha256(envelope) as EnvelopeHash
  const place = { epoch: bytesOf<Parked['epoch']>(epoch), device, generation, iteration, envelope, atMs: context.nowMs }
  const their = context.draft.get(THEIR_KEY, ...name)
  // Whoever is out is heard only as far as a remaining member heard it in time.
  const isOut = rosterOf(context, group).deviceOf(device) === undefined
  if (isOut && !hasNumber(context.draft.get(VOUCHED, ...name) ?? NOTHING, iteration)) {
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
    return compareLogs(context, group, device)
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
  putTheirKey(context, name, { ...their, key: opened.key })
  deleteParked(context, group, textOf(hash))
  hold(context, group, epoch, device, generation, iteration, envelope)
  oweReceipt(context, group, epoch, device, generation, iteration)
  if (opened.key.iteration > their.key.iteration + 1) noteGap(context, name)
  apply(context, { group, epoch, device, generation, iteration }, hash, opened.plaintext, false)
}

/** An envelope that nobody can have sealed for this group: dropped and counted. */
function stray(context: Context, group: string): void {
  const row = context.draft.get(GROUP, group)
  if (row !== undefined) context.draft.put(GROUP, [group], { ...row, strays: row.strays + 1 })
}

/** The operation that brings its sender in may be on its way: kept for that, within a bound. */
function keepStray(context: Context, group: string, epoch: string, hash: EnvelopeHash, envelope: Uint8Array): void {
  if (context.draft.scan(STRAY, group).length >= LIMITS.strayEnvelopes) return stray(context, group)
  context.draft.put(STRAY, [group, textOf(hash)], { epoch: bytesOf<EpochId>(epoch), envelope, atMs: context.nowMs })
}

/** The roster changed: envelopes whose sender nobody knew are looked at again. */
export function retryStrays(context: Context, group: string): void {
  for (const { key, value } of context.draft.scan(STRAY, group)) {
    context.draft.delete(STRAY, ...key)
    receiveEnvelope(context, group, textOf(value.epoch), value.envelope)
  }
}

/** The device whose tag this is, among those that the log knows; `undefined` for a stranger's. */
function deviceOfTag(context: Context, group: string, epoch: string, tag: Uint8Array): DeviceId | undefined {
  const owners = ownersInLog(logOf(context, group))
  const keys = context.draft.get(EPOCH_KEYS, group, epoch)
  let tags = context.draft.get(TAGS, group, epoch)
  if (keys !== undefined && tags?.owners !== owners) {
    const devices = [...owners.values()].map((each) => each.device)
    // Of two devices with one tag the first is asked: a signature decides, and the owner of a key is never guessed.
    tags = { owners, byTag: new Map(devices.toReversed().map((device) => [textOf(senderTag(context.suite.primitives, keys.tagKey, device)), device])) }
    context.draft.put(TAGS, [group, epoch], tags)
  }
  return tags?.byTag.get(textOf(tag))
}

/** Where a message stands: under which key of whom, and its number there. */
export interface MessagePlace {
  readonly group: string
  readonly epoch: string
  readonly device: DeviceId
  readonly generation: number
  readonly iteration: number
}

/** What a message says happens: it is shown, or it names its sender. `resent`: it came from its author in private. */
export function apply(context: Context, place: MessagePlace, envelope: EnvelopeHash, plaintext: Uint8Array, resent: boolean): void {
  const { group, device, generation, iteration } = place
  const content = decode(contentCodec, plaintext)
  const account = rosterOf(context, group).accountOf(device) ?? ownersInLog(logOf(context, group)).get(textOf(device))?.account
  if (content === undefined || account === undefined) return
  tellOfNewEpoch(context, place, content.timeMs - (content.leadMs ?? 0))
  if (content.heads !== null && !hasAll(logOf(context, group), content.heads)) compareLogs(context, group, device)
  if (content.before !== null) noteCount(context, place, content.before)
  if (content.again !== null && !isFirst(context, group, device, content.again)) return
  switch (content.body.kind) {
    case 'profile':
      noteName(context, account, content.body.name)
      touch(context, group)
      return
    case 'text': {
      // Known by who wrote it, when and what, and not by where it was sealed. A device whose disk forgot that a message had
      // left seals it once more, without knowing the first place; it is shown once all the same. And nobody replaces what
      // somebody else wrote, nor what they wrote themselves.
      const hash = messageHash(context, device, content, content.body)
      const id = textOf(hash)
      const { order, shownMs } = placeMessage(context, group, { id, hash, end: `${textOf(device).slice(0, 8)}.${sortable(iteration)}`, said: content })
      saveMessage(context, group, {
        id,
        order,
        record: {
          account,
          own: false,
          timeMs: shownMs,
          state: 'none',
          resent,
          envelope,
          sealed: { epoch: bytesOf<EpochId>(place.epoch), device, generation, iteration, frontier: content.heads ?? frontierUnder(context, place) },
          body: content.body,
        },
      })
    }
  }
}

/** What the owner of a key had seen of the log when it made it; nothing where the key is not here. */
function frontierUnder(context: Context, { group, epoch, device, generation }: MessagePlace): readonly OperationId[] {
  const their = context.draft.get(THEIR_KEY, group, epoch, textOf(device), String(generation))
  return their === undefined ? [] : contextOf(their.key).frontier
}

/** Whoever still seals in an epoch that ended has not heard of the operation that ended it: it is told at once. */
function tellOfNewEpoch(context: Context, { group, epoch, device }: MessagePlace, sealedMs: number): void {
  const ended = context.draft.get(EPOCH, group, epoch)?.endedMs ?? null
  const isMember = rosterOf(context, group).deviceOf(device) !== undefined
  if (isMember && ended !== null && sealedMs > ended) compareLogs(context, group, device)
}

/**
 * Content that was sealed anew because its epoch ended: whether it has not been shown from its first place. From here on
 * nothing that comes from there is, even if that epoch's secret should come only later.
 */
function isFirst(context: Context, group: string, device: DeviceId, again: NonNullable<Content['again']>): boolean {
  const epoch = textOf(again.epoch)
  const name: KeyName = [group, epoch, textOf(device), String(again.generation)]
  const held = context.draft.get(HELD, ...name) ?? NOTHING
  if (hasNumber(held, again.iteration)) return false
  noteHeld(context, name, again.iteration)
  for (const { hash, value } of parkedUnder(context, name)) if (value.iteration === again.iteration) deleteParked(context, group, hash)
  return true
}

/** Puts an envelope by until what it waits for comes, if there is room for it. */
function park(context: Context, group: string, hash: EnvelopeHash, parked: Parked): void {
  const known = context.draft.get(PARKED, group, textOf(hash))
  if (known !== undefined && known.cause === parked.cause) return
  if (!putParked(context, group, textOf(hash), { ...parked, atMs: known?.atMs ?? parked.atMs })) return
  touch(context, group)
  // From before the key we were handed: its owner knows whether it was meant for us, and says so if it was not.
  if (parked.cause === 'operationsMissing' || parked.cause === 'damaged' || parked.cause === 'keyDestroyed') return
  // The distribution is usually just behind: a little later is soon enough.
  askLater(context, [group, textOf(parked.epoch), textOf(parked.device), String(parked.generation)], LIMITS.keyRequestAfterMs)
}

/** An operation came: tries again what waits for one. */
export function retryForOperations(context: Context, group: string): void {
  retry(context, group, context.draft.scan(PARKED, group).map(({ value }) => value).filter(({ cause }) => cause === 'operationsMissing'))
}

/** A key came, or somebody vouched for what was sealed under it: tries again what is parked under it. */
export function retryUnder(context: Context, name: KeyName): void {
  retry(context, name[0], parkedUnder(context, name).map(({ value }) => value))
}

function retry(context: Context, group: string, waiting: readonly Parked[]): void {
  // In the order of the chain, so that no key is skipped without need.
  const inOrder = waiting.toSorted((a, b) => a.generation - b.generation || a.iteration - b.iteration)
  for (const value of inOrder) receiveEnvelope(context, group, textOf(value.epoch), value.envelope)
}
