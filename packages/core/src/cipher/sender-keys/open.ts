/**
 * From an envelope to the key that opens it: the device of its tag, what the key's owner had seen of the membership log,
 * and where envelopes wait whose key is not here (PROTOCOL §3).
 */
import { contextOf, openAuthentic, senderTag, type UnmaskedEnvelope, unmaskEnvelope, verifyEnvelope } from '@sotto/crypto'
import { hasAll } from '@sotto/membership'
import { hasNumber, NOTHING } from '@sotto/sync'
import { compareBytes, type DeviceId, type EnvelopeHash, equalBytes, type OperationId } from '@sotto/wire'
import { compareLogs } from '../../groups/compare-logs.ts'
import { logOf, rosterOf } from '../../groups/group-log.ts'
import { ownersInLog } from '../../groups/owners-in-log.ts'
import { selfOf } from '../../identity/profile.ts'
import type { Context } from '../../state/context.ts'
import { bytesOf, type MessagePlace, textOf } from '../../state/names.ts'
import { RECEIVED, type Undecryptable } from '../../state/tables/cipher.ts'
import { EPOCH_KEYS } from '../../state/tables/groups.ts'
import { ATTESTED } from '../../state/tables/repair.ts'
import { TAGS, THEIR_KEY } from '../../state/tables/sender-keys.ts'
import type { OpenedMessage } from '../group-cipher.ts'
import { keepUndecryptable } from '../repair/keep-undecryptable.ts'
import { keepFromUnknownSender, unknownSender } from '../undecryptable.ts'
import { noteGap } from '../repair/gaps.ts'
import { putTheirKey } from './their-keys.ts'

/** Unmasks an envelope, finds the key, verifies, opens. Types hold the order: only `verifyEnvelope` makes an `Authentic`, only `openAuthentic` an `Opened`. */
export function open(context: Context, group: string, epoch: string, envelope: Uint8Array): OpenedMessage | undefined {
  const keys = context.transaction.get(EPOCH_KEYS, group, epoch)
  if (keys === undefined) return undefined
  const { primitives } = context.provider
  const masked = unmaskEnvelope(primitives, keys.headerKey, envelope)
  if (masked === undefined) return unknownSender(context, group)
  const owners = ownersOfTag(context, group, epoch, masked.header.senderTag)
  if (owners.length === 0) return keepFromUnknownSender(context, group, epoch, primitives.sha256(envelope) as EnvelopeHash, envelope)
  const { keyId, iteration } = masked.header
  const waits: { readonly device: DeviceId; readonly cause: Undecryptable['cause'] }[] = []
  // A member can make a device whose tag is another's. The signature decides which of them sealed it.
  for (const device of owners) {
    if (equalBytes(device, selfOf(context).device)) continue
    const tried = tryOwner(context, { group, epoch, device, keyId, iteration }, masked, owners.length > 1)
    if (tried.outcome === 'repeated') return undefined
    if (tried.outcome === 'waits') waits.push({ device, cause: tried.cause })
    if (tried.outcome === 'opened')
      return { place: { group, epoch, device, keyId, iteration }, hash: primitives.sha256(envelope) as EnvelopeHash, envelope, ...tried }
  }
  const [first] = waits
  if (first === undefined) return undefined
  const hash = primitives.sha256(envelope) as EnvelopeHash
  return keepUndecryptable(context, group, hash, { epoch: bytesOf<Undecryptable['epoch']>(epoch), keyId, iteration, envelope, atMs: context.nowMs, ...first })
}

type Tried =
  | { readonly outcome: 'opened'; readonly plaintext: Uint8Array; readonly frontier: readonly OperationId[] }
  | { readonly outcome: 'waits'; readonly cause: Undecryptable['cause'] }
  /** It is here already, or is a forgery, which is not kept: the true envelope may still come. */
  | { readonly outcome: 'repeated' | 'notTheirs' }

const NOT_THEIRS: Tried = { outcome: 'notTheirs' }
const REPEATED: Tried = { outcome: 'repeated' }
const waitsFor = (cause: Undecryptable['cause']): Tried => ({ outcome: 'waits', cause })

/** Tries an envelope as one of this device. `isShared`: others have the same tag, so that its place alone says nothing. */
function tryOwner(context: Context, place: MessagePlace, masked: UnmaskedEnvelope, isShared: boolean): Tried {
  const { group, epoch, device, keyId, iteration } = place
  const { primitives } = context.provider
  const name = [group, epoch, textOf(device), String(keyId)] as const
  const their = context.transaction.get(THEIR_KEY, ...name)
  // Most envelopes come more than once: by gossip, from the mailbox and from peers.
  if (hasNumber(context.transaction.get(RECEIVED, ...name) ?? NOTHING, iteration)) {
    const isAnothers = isShared && (their === undefined || 'code' in verifyEnvelope(primitives, their.key, masked))
    return isAnothers ? NOT_THEIRS : REPEATED
  }
  // Messages of a removed or departed member count only as far as a remaining member received them in time.
  const isDeparted = rosterOf(context, group).deviceOf(device) === undefined
  if (isDeparted && !hasNumber(context.transaction.get(ATTESTED, ...name) ?? NOTHING, iteration)) return waitsFor('removedBeforeItWasSent')
  if (their === undefined) return waitsFor('keyNotYetReceived')
  const { frontier } = contextOf(their.key)
  // The key is bound to its owner's frontier. While we lack a head of it, we do not know who was meant to read this.
  if (!hasAll(logOf(context, group), frontier)) {
    compareLogs(context, group, device)
    return waitsFor('operationsMissing')
  }
  const authentic = verifyEnvelope(primitives, their.key, masked)
  // A forgery costs only this check.
  if ('code' in authentic) return NOT_THEIRS
  const opened = openAuthentic(primitives, their.key, authentic, context.nowMs)
  if ('code' in opened) {
    if (opened.code === 'alreadyOpened') return REPEATED
    if (opened.code === 'beforeDistribution') return waitsFor('fromBeforeYouJoined')
    return waitsFor(opened.code === 'tooFarAhead' ? 'keyNotYetReceived' : opened.code)
  }
  putTheirKey(context, name, { ...their, key: opened.key })
  if (opened.key.iteration > their.key.iteration + 1) noteGap(context, name)
  return { outcome: 'opened', plaintext: opened.plaintext, frontier }
}

/** The devices of the log with this tag: mostly one, and none for an unknown sender. */
function ownersOfTag(context: Context, group: string, epoch: string, tag: Uint8Array): readonly DeviceId[] {
  const owners = ownersInLog(logOf(context, group))
  const keys = context.transaction.get(EPOCH_KEYS, group, epoch)
  let tags = context.transaction.get(TAGS, group, epoch)
  if (keys !== undefined && tags?.owners !== owners) {
    const devices = [...owners.values()].map((each) => each.device).toSorted(compareBytes)
    tags = { owners, byTag: Map.groupBy(devices, (device) => textOf(senderTag(context.provider.primitives, keys.tagKey, device))) }
    context.transaction.put(TAGS, [group, epoch], tags)
  }
  return tags?.byTag.get(textOf(tag)) ?? []
}

/** The other devices that have a device's tag in an epoch. */
export function othersOfTag(context: Context, group: string, epoch: string, device: DeviceId): readonly DeviceId[] {
  const keys = context.transaction.get(EPOCH_KEYS, group, epoch)
  if (keys === undefined) return []
  const owners = ownersOfTag(context, group, epoch, senderTag(context.provider.primitives, keys.tagKey, device))
  return owners.filter((each) => !equalBytes(each, device))
}

/** What the owner of a key had seen of the log when it made the key; empty if the key is not here. */
export function frontierUnder(context: Context, { group, epoch, device, keyId }: MessagePlace): readonly OperationId[] {
  const their = context.transaction.get(THEIR_KEY, group, epoch, textOf(device), String(keyId))
  return their === undefined ? [] : contextOf(their.key).frontier
}
