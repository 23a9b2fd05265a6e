/**
 * The way in of a group message: unmask, find the key, verify, open, apply (PROTOCOL §3). The doors are types: only
 * `verifyEnvelope` makes an `Authentic`, only `openAuthentic` an `Opened`.
 */
import { contextOf, openAuthentic, unmaskEnvelope, verifyEnvelope } from '@sotto/crypto'
import { hasAll } from '@sotto/membership'
import { hasNumber, NOTHING } from '@sotto/sync'
import { type EnvelopeHash, equalBytes } from '@sotto/wire'
import { noteGap } from '../cipher/sender-keys/gaps.ts'
import { deviceOfTag, park } from '../cipher/sender-keys/open.ts'
import { deleteParked, keepStray, stray } from '../cipher/sender-keys/parked.ts'
import { putTheirKey } from '../cipher/sender-keys/their-keys.ts'
import { compareLogs } from '../groups/compare-logs.ts'
import { logOf, rosterOf } from '../groups/group-log.ts'
import { selfOf } from '../identity/profile.ts'
import type { Context } from '../state/context.ts'
import { bytesOf, textOf } from '../state/names.ts'
import { EPOCH_KEYS, GROUP } from '../state/tables/groups.ts'
import { HELD, type Parked, THEIR_KEY, VOUCHED } from '../state/tables/sender-keys.ts'
import { apply } from './apply.ts'
import { hold } from './kept-envelopes.ts'

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
  if (opened.key.iteration > their.key.iteration + 1) noteGap(context, name)
  apply(context, { group, epoch, device, generation, iteration }, hash, opened.plaintext, false)
}
