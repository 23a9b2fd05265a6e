/**
 * From an envelope to the key that opens it: the device of its tag, what the key's owner had seen of the membership log,
 * and where envelopes wait whose key is not here (PROTOCOL §3).
 */
import { contextOf, openAuthentic, senderTag, unmaskEnvelope, verifyEnvelope } from '@sotto/crypto'
import { hasAll } from '@sotto/membership'
import { hasNumber, NOTHING } from '@sotto/sync'
import { type DeviceId, type EnvelopeHash, equalBytes, LIMITS, type OperationId } from '@sotto/wire'
import { compareLogs } from '../../groups/compare-logs.ts'
import { logOf, rosterOf } from '../../groups/group-log.ts'
import { touch } from '../../groups/group-row.ts'
import { ownersInLog } from '../../groups/owners-in-log.ts'
import { selfOf } from '../../identity/profile.ts'
import type { Context } from '../../state/context.ts'
import { bytesOf, type MessagePlace, textOf } from '../../state/names.ts'
import { RECEIVED, type Undecryptable, UNDECRYPTABLE } from '../../state/tables/cipher.ts'
import { EPOCH_KEYS } from '../../state/tables/groups.ts'
import { ATTESTED, TAGS, THEIR_KEY } from '../../state/tables/sender-keys.ts'
import type { OpenedMessage } from '../group-cipher.ts'
import { keepFromUnknownSender, putUndecryptable, unknownSender } from '../undecryptable.ts'
import { askLater, noteGap } from './gaps.ts'
import { putTheirKey } from './their-keys.ts'

/** Unmasks an envelope, finds the key, verifies, opens. Types hold the order: only `verifyEnvelope` makes an `Authentic`, only `openAuthentic` an `Opened`. */
export function open(context: Context, group: string, epoch: string, envelope: Uint8Array): OpenedMessage | undefined {
  const keys = context.transaction.get(EPOCH_KEYS, group, epoch)
  if (keys === undefined) return undefined
  const { primitives } = context.provider
  const masked = unmaskEnvelope(primitives, keys.headerKey, envelope)
  const device = masked === undefined ? undefined : deviceOfTag(context, group, epoch, masked.header.senderTag)
  if (masked === undefined) return unknownSender(context, group)
  if (device === undefined) return keepFromUnknownSender(context, group, epoch, primitives.sha256(envelope) as EnvelopeHash, envelope)
  const { keyId, iteration } = masked.header
  if (equalBytes(device, selfOf(context).device)) return undefined
  const name = [group, epoch, textOf(device), String(keyId)] as const
  // Most envelopes come more than once: by gossip, from the mailbox and from peers.
  if (hasNumber(context.transaction.get(RECEIVED, ...name) ?? NOTHING, iteration)) return undefined
  const hash = primitives.sha256(envelope) as EnvelopeHash
  const waits = (cause: Undecryptable['cause']): undefined =>
    keepUndecryptable(context, group, hash, { epoch: bytesOf<Undecryptable['epoch']>(epoch), device, keyId, iteration, envelope, atMs: context.nowMs, cause })
  const their = context.transaction.get(THEIR_KEY, ...name)
  // Messages of a removed or departed member count only as far as a remaining member received them in time.
  const isDeparted = rosterOf(context, group).deviceOf(device) === undefined
  if (isDeparted && !hasNumber(context.transaction.get(ATTESTED, ...name) ?? NOTHING, iteration)) return waits('removedBeforeItWasSent')
  if (their === undefined) return waits('keyNotYetReceived')
  const { frontier } = contextOf(their.key)
  // The key is bound to its owner's frontier. While we lack a head of it, we do not know who was meant to read this.
  if (!hasAll(logOf(context, group), frontier)) {
    waits('operationsMissing')
    compareLogs(context, group, device)
    return undefined
  }
  const authentic = verifyEnvelope(primitives, their.key, masked)
  // A forgery costs only this check. It is not kept, as the true envelope may still come.
  if ('code' in authentic) return undefined
  const opened = openAuthentic(primitives, their.key, authentic, context.nowMs)
  if ('code' in opened) {
    if (opened.code === 'alreadyOpened') return undefined
    if (opened.code === 'beforeDistribution') return waits('fromBeforeYouJoined')
    return waits(opened.code === 'tooFarAhead' ? 'keyNotYetReceived' : opened.code)
  }
  putTheirKey(context, name, { ...their, key: opened.key })
  if (opened.key.iteration > their.key.iteration + 1) noteGap(context, name)
  return { place: { group, epoch, device, keyId, iteration }, hash, envelope, plaintext: opened.plaintext, frontier }
}

/** The log's device with this tag; `undefined` for an unknown sender. */
function deviceOfTag(context: Context, group: string, epoch: string, tag: Uint8Array): DeviceId | undefined {
  const owners = ownersInLog(logOf(context, group))
  const keys = context.transaction.get(EPOCH_KEYS, group, epoch)
  let tags = context.transaction.get(TAGS, group, epoch)
  if (keys !== undefined && tags?.owners !== owners) {
    const devices = [...owners.values()].map((each) => each.device)
    // Of two devices with the same tag the first is taken. The signature decides, so a key's owner is never guessed.
    tags = { owners, byTag: new Map(devices.toReversed().map((device) => [textOf(senderTag(context.provider.primitives, keys.tagKey, device)), device])) }
    context.transaction.put(TAGS, [group, epoch], tags)
  }
  return tags?.byTag.get(textOf(tag))
}

/** What the owner of a key had seen of the log when it made the key; empty if the key is not here. */
export function frontierUnder(context: Context, { group, epoch, device, keyId }: MessagePlace): readonly OperationId[] {
  const their = context.transaction.get(THEIR_KEY, group, epoch, textOf(device), String(keyId))
  return their === undefined ? [] : contextOf(their.key).frontier
}

/** Keeps an undecryptable envelope until what it waits for comes, if there is room. */
function keepUndecryptable(context: Context, group: string, hash: EnvelopeHash, undecryptable: Undecryptable): undefined {
  const known = context.transaction.get(UNDECRYPTABLE, group, textOf(hash))
  if (known !== undefined && known.cause === undecryptable.cause) return undefined
  if (!putUndecryptable(context, group, textOf(hash), { ...undecryptable, atMs: known?.atMs ?? undecryptable.atMs })) return undefined
  touch(context, group)
  // If it is from before the key that we were handed, its owner knows whether it was meant for us, and says so if not.
  if (undecryptable.cause === 'operationsMissing' || undecryptable.cause === 'damaged' || undecryptable.cause === 'keyDestroyed') return undefined
  // The distribution usually follows soon, so a little later is early enough to ask.
  askLater(context, [group, textOf(undecryptable.epoch), textOf(undecryptable.device), String(undecryptable.keyId)], LIMITS.keyRequestAfterMs)
  return undefined
}
