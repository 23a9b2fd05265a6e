/**
 * The link to each connected peer (PROTOCOL §7): both prove the epochs they are in, without naming one to whoever is not;
 * then they reconcile, and gossip may name its topics.
 *
 * A peer id proves nothing: a device is known by its pairwise session, a member by its epoch proof.
 */
import { type EpochKeys, epochProof, openSignal, sealSignal } from '@sotto/crypto'
import { drawBelow } from '@sotto/crypto/primitives'
import { type Announcement, announcement, decode, type DeviceId, encode, equalBytes, LIMITS, peerFrame, type PeerFrame } from '@sotto/wire'
import { bytesOf, type Context, setTimer, textOf } from './context.ts'
import { currentEpoch, epochMailbox } from './epochs.ts'
import { logOf, rosterOf } from './group-log.ts'
import { compareLogs } from './log-repair.ts'
import type { PeerPath } from './network.ts'
import { askAsNewcomer } from './newcomer.ts'
import { ownersInLog } from './owners-in-log.ts'
import { answerHave, sendHave, takeEnvelopes, takeOperations, takeReceived } from './reconcile.ts'
import { preKeysArrived, reviewLetters } from './letters.ts'
import { receiveLetter } from './letters-in.ts'
import { handOutBundle } from './pre-keys.ts'
import { signal } from './relay-link.ts'
import { ANNOUNCED, EPOCH, EPOCH_KEYS, GROUP, OWN_PEER, PEER, PRE_KEYS_GIVEN, RELAY_LINK, SELF, WHEREABOUTS } from './tables.ts'

export const sendToPeer = (context: Context, peer: string, frame: PeerFrame): void => sendEncoded(context, peer, encode(peerFrame, frame))

/** Sends a `peerFrame` that is encoded already. */
export function sendEncoded(context: Context, peer: string, frame: Uint8Array): void {
  context.effects.push({ kind: 'sendPeerFrame', peer, frame })
}

export function peerOpened(context: Context, peer: string, path: PeerPath, initiator: boolean): void {
  const ownNonce = context.suite.random(32)
  context.draft.put(PEER, [peer], { path, initiator, ownNonce, theirNonce: null, theirProofs: [], epochs: [], reconciled: [] })
  sendToPeer(context, peer, { kind: 'hello', nonce: ownNonce })
}

export function peerPathChanged(context: Context, peer: string, path: PeerPath): void {
  const link = context.draft.get(PEER, peer)
  if (link !== undefined) context.draft.put(PEER, [peer], { ...link, path })
}

export function peerClosed(context: Context, peer: string): void {
  context.draft.delete(PEER, peer)
  setTimer(context, 'reconcile', context.nowMs + REACH_AGAIN_MS, 'earliest')
}

/** A peer that went away is reached for again after this: it may only have lost the way. */
const REACH_AGAIN_MS = 2_000

/** For so long after an epoch ended connected members compare it every time, not only when they meet. */
const LIVELY_MS = 3_600_000

/**
 * Reaches for whoever is not connected, and compares with whoever is: gossip may lose, and a relay may lose what only
 * it had.
 */
export function reconcileWithPeers(context: Context): void {
  for (const { key } of context.draft.scan(WHEREABOUTS)) approach(context, key[0] ?? '')
  const isLively = ({ group, id }: OpenEpoch): boolean =>
    (context.draft.get(EPOCH, group, id)?.endedMs ?? context.nowMs) + LIVELY_MS >= context.nowMs
  for (const current of currentEpochs(context)) {
    for (const { group, id } of [current, ...endedEpochs(context, current.group).filter(isLively)]) {
      for (const { key, value } of context.draft.scan(PEER)) if (value.epochs.includes(id)) sendHave(context, key[0] ?? '', group, id, false)
    }
  }
  setTimer(context, 'reconcile', context.nowMs + LIMITS.reconcileMs)
}

export function peerFrameReceived(context: Context, peer: string, bytes: Uint8Array): void {
  const link = context.draft.get(PEER, peer)
  const frame = decode(peerFrame, bytes)
  if (link === undefined) return
  if (frame === undefined) {
    context.effects.push({ kind: 'hangUpPeer', peer })
    return
  }
  switch (frame.kind) {
    case 'hello':
      // Once in a connection: proofs cost, and anybody may connect.
      if (link.theirNonce !== null) return
      context.draft.put(PEER, [peer], { ...link, theirNonce: frame.nonce, epochs: [], reconciled: [] })
      sendProofs(context, peer)
      checkProofs(context, peer)
      return
    case 'proofs':
      context.draft.put(PEER, [peer], { ...link, theirProofs: frame.proofs })
      checkProofs(context, peer)
      return
    case 'letter':
      receiveLetter(context, frame.record, deviceBehind(context, peer))
      return
    case 'preKeysWanted':
      // They name our device: only for whoever shares a group with us, and one-time keys are few.
      if (link.epochs.length === 0 || !isGivenPreKeys(context, peer)) return
      sendToPeer(context, peer, { kind: 'preKeys', bundle: handOutBundle(context) })
      return
    case 'preKeys':
      preKeysArrived(context, frame.bundle)
      return
    case 'have':
    case 'envelopes':
    case 'operations':
    case 'received': {
      const epoch = textOf(frame.epoch)
      // Whoever has not proved the epoch is not answered: it learns nothing, not even that we are in it.
      if (!link.epochs.includes(epoch)) return
      if (frame.kind === 'have') answerHave(context, peer, frame)
      else if (frame.kind === 'envelopes') takeEnvelopes(context, peer, frame)
      else if (frame.kind === 'operations') takeOperations(context, frame)
      else takeReceived(context, frame)
    }
  }
}

/** A device, however often it connects, is given prekeys once in a while; whoever is no member's device that we know of, together. */
function isGivenPreKeys(context: Context, peer: string): boolean {
  const device = deviceBehind(context, peer)
  const isMembers = device !== undefined && context.draft.scan(GROUP).some(({ key }) => rosterOf(context, key[0] ?? '').deviceOf(bytesOf<DeviceId>(device)) !== undefined)
  const name = isMembers ? device : 'unknown'
  const givenMs = context.draft.get(PRE_KEYS_GIVEN, name)
  if (givenMs !== undefined && givenMs + LIMITS.unansweredSessionMs > context.nowMs) return false
  context.draft.put(PRE_KEYS_GIVEN, [name], context.nowMs)
  return true
}

/** The two proofs of an epoch on this connection: by whoever dialled, and by the other. */
function proofsOf(context: Context, peer: string, syncKey: Uint8Array): { ours: Uint8Array; theirs: Uint8Array } | undefined {
  const link = context.draft.get(PEER, peer)
  const own = context.draft.get(OWN_PEER, 'self')
  if (link === undefined || link.theirNonce === null || own === undefined) return undefined
  const [initiator, responder] = link.initiator ? [own, peer] : [peer, own]
  const [initiatorNonce, responderNonce] = link.initiator ? [link.ownNonce, link.theirNonce] : [link.theirNonce, link.ownNonce]
  const proof = (side: 'initiator' | 'responder'): Uint8Array =>
    epochProof(context.suite.primitives, syncKey, side, { initiator, responder, initiatorNonce, responderNonce })
  return link.initiator
    ? { ours: proof('initiator'), theirs: proof('responder') }
    : { ours: proof('responder'), theirs: proof('initiator') }
}

/** Proofs are filled up with random ones to a multiple of this, so that their number tells little. */
const PROOFS_STEP = 8

/**
 * Proves every current epoch to a peer, and the ended ones of those groups whose current epoch it has proved: a removed
 * member that still knows an ended one learns nothing from us. Again whenever one changed.
 */
export function sendProofs(context: Context, peer: string): void {
  const link = context.draft.get(PEER, peer)
  if (link === undefined || link.theirNonce === null) return
  const current = currentEpochs(context)
  const past = current.flatMap(({ group, id }) => (link.epochs.includes(id) ? endedEpochs(context, group) : []))
  const proofs: Uint8Array[] = []
  for (const { epoch } of [...current, ...past]) {
    const pair = proofsOf(context, peer, epoch.syncKey)
    if (pair !== undefined && proofs.length < LIMITS.epochProofs) proofs.push(pair.ours)
  }
  while (proofs.length % PROOFS_STEP !== 0 || proofs.length === 0) proofs.push(context.suite.random(32))
  // A proof looks random to whoever cannot check it: sorting by value is a random order.
  proofs.sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1))
  sendToPeer(context, peer, { kind: 'proofs', proofs })
}

/** Which of our epochs this peer has proved; new ones may be gossiped and are reconciled. */
function checkProofs(context: Context, peer: string): void {
  const link = context.draft.get(PEER, peer)
  if (link === undefined) return
  const isProved = ({ epoch }: OpenEpoch): boolean => {
    const pair = proofsOf(context, peer, epoch.syncKey)
    return pair !== undefined && link.theirProofs.some((proof) => context.suite.primitives.equalConstantTime(proof, pair.theirs))
  }
  const current = currentEpochs(context).filter(isProved)
  const past = current.flatMap(({ group }) => endedEpochs(context, group).filter(isProved))
  const proved = [...current, ...past]
  const epochs = proved.map(({ id }) => id)
  // Whoever has gone on to another epoch no longer vouches that nothing is missing in this one.
  context.draft.put(PEER, [peer], { ...link, epochs, reconciled: link.reconciled.filter((id) => epochs.includes(id)) })
  const isNew = ({ id }: OpenEpoch): boolean => !link.epochs.includes(id)
  if (proved.some(isNew)) reviewLetters(context)
  for (const { epoch } of current.filter(isNew)) context.effects.push({ kind: 'revealTopic', topic: textOf(epoch.topic), peer })
  // Now that it is known as a member, the ended epochs of that group are proved too.
  if (current.some((each) => isNew(each) && endedEpochs(context, each.group).length > 0)) sendProofs(context, peer)
  for (const { group, id } of proved.filter(isNew)) sendHave(context, peer, group, id, false)
}

/** After our epochs changed: prove the new ones, and look again at what was proved to us. */
export function proveAgain(context: Context): void {
  for (const { key } of context.draft.scan(PEER)) {
    const peer = key[0] ?? ''
    sendProofs(context, peer)
    checkProofs(context, peer)
  }
}

/** An epoch whose keys are here. */
interface OpenEpoch {
  readonly group: string
  readonly id: string
  readonly epoch: EpochKeys
}

function openEpochOf(context: Context, group: string, id: string): readonly OpenEpoch[] {
  const epoch = context.draft.get(EPOCH_KEYS, group, id)
  return epoch === undefined ? [] : [{ group, id, epoch }]
}

function currentEpochs(context: Context): readonly OpenEpoch[] {
  return context.draft.scan(GROUP).flatMap(({ key, value }) => {
    const [group = ''] = key
    const id = value.state === 'member' ? currentEpoch(context, group) : undefined
    return id === undefined ? [] : openEpochOf(context, group, id)
  })
}

/** Epochs of a group that have ended and whose messages may still be under way: some of them, the newest first. */
function endedEpochs(context: Context, group: string): readonly OpenEpoch[] {
  return context.draft
    .scan(EPOCH, group)
    .filter(({ value }) => value.endedMs !== null)
    .toSorted((a, b) => (b.value.endedMs ?? 0) - (a.value.endedMs ?? 0))
    .slice(0, LIMITS.endedEpochsRead)
    .flatMap(({ key }) => openEpochOf(context, group, key[1] ?? ''))
}

/** Tells the members of every group where this device is: sealed, pushed and not stored (PROTOCOL §7). */
export function announce(context: Context): void {
  const self = context.draft.get(SELF, 'self')
  const own = context.draft.get(OWN_PEER, 'self')
  if (self === undefined || own === undefined) return
  const addresses = context.draft
    .scan(RELAY_LINK)
    .flatMap(({ value }) => value.ownAddresses)
    .slice(0, LIMITS.addresses)
  if (addresses.length === 0) return
  const where: Announcement = { device: self.device, peer: own, addresses, atMs: context.nowMs }
  for (const { group, epoch } of currentEpochs(context)) {
    const body = sealSignal(context.suite, epoch.signalsKey, encode(announcement, where))
    for (const relay of context.draft.get(GROUP, group)?.relays ?? []) signal(context, relay, epochMailbox(context, epoch, relay), body)
  }
  context.draft.put(ANNOUNCED, ['self'], context.nowMs)
  setTimer(context, 'announce', context.nowMs + LIMITS.announceMs)
}

/** Epochs remembered of one device. A guess: those of the groups that two people share. */
const EPOCHS_ANNOUNCED = 64

/** A sealed signal came through a group's mailbox. */
export function receiveSignal(context: Context, group: string, epochId: string, body: Uint8Array): void {
  const keys = context.draft.get(EPOCH_KEYS, group, epochId)
  const self = context.draft.get(SELF, 'self')
  if (keys === undefined || self === undefined) return
  const opened = openSignal(context.suite.primitives, keys.signalsKey, body)
  const where = opened === undefined ? undefined : decode(announcement, opened)
  if (where === undefined || equalBytes(where.device, self.device)) return
  const device = textOf(where.device)
  // A member can say that anybody is anywhere, and with other ids again and again.
  if (!ownersInLog(logOf(context, group)).has(device)) return
  const before = context.draft.get(WHEREABOUTS, device)
  const { peer, addresses, atMs } = where
  const isNew = before?.peer !== peer
  const known = isNew ? [] : before.epochs
  context.draft.put(WHEREABOUTS, [device], { peer, addresses, atMs, heardMs: context.nowMs, epochs: known.includes(epochId) ? known : [epochId, ...known].slice(0, EPOCHS_ANNOUNCED) })
  tellWhoIsBehind(context, group, epochId, bytesOf<DeviceId>(device))
  askAsNewcomer(context, group, bytesOf<DeviceId>(device))
  if (known.includes(epochId)) return
  // It has just come, and does not know where we are. Into an epoch many may come at once: each is not answered alone.
  const lastMs = context.draft.get(ANNOUNCED, 'self') ?? 0
  setTimer(context, 'announce', isNew ? context.nowMs : Math.max(context.nowMs, lastMs + LIMITS.announceAgainMs), 'earliest')
  if (isNew) approach(context, device)
}

/** How long after an epoch's end somebody may still be on the way to the next one. A guess. */
const BEHIND_MS = 30_000
/** So many members, on average, tell somebody who is behind. */
const TELL_BEHIND = 3

/** Who still says in an epoch that ended where it is has not heard of its end, though the mailbox and letters told it. */
function tellWhoIsBehind(context: Context, group: string, epochId: string, device: DeviceId): void {
  const endedMs = context.draft.get(EPOCH, group, epochId)?.endedMs ?? null
  if (endedMs === null || endedMs + BEHIND_MS > context.nowMs) return
  const roster = rosterOf(context, group)
  if (roster.deviceOf(device) === undefined) return
  if (drawBelow(context.suite.random, roster.members.length) < TELL_BEHIND) compareLogs(context, group, device)
}

/** Dials a device whose whereabouts are known, if it is ours to dial: of two that want each other, one dials. */
export function approach(context: Context, device: string): void {
  const self = context.draft.get(SELF, 'self')
  const where = context.draft.get(WHEREABOUTS, device)
  if (self === undefined || where === undefined || context.draft.get(PEER, where.peer) !== undefined) return
  if (textOf(self.device) > device) return
  if (context.draft.scan(PEER).length >= LIMITS.directPeersPerGroup * Math.max(1, currentEpochs(context).length)) return
  context.effects.push({ kind: 'dialPeer', peer: where.peer, addresses: where.addresses })
}

/** The connected peer that is behind a device, as far as its own word goes. */
export function peerOf(context: Context, device: Uint8Array): string | undefined {
  const where = context.draft.get(WHEREABOUTS, textOf(device))
  return where !== undefined && context.draft.get(PEER, where.peer) !== undefined ? where.peer : undefined
}

/** The device that says of itself that it is behind a peer. */
const deviceBehind = (context: Context, peer: string): string | undefined =>
  context.draft.scan(WHEREABOUTS).find(({ value }) => value.peer === peer)?.key[0]

/** How a device is reached now. */
export function connectionOf(context: Context, device: Uint8Array): PeerPath | undefined {
  const peer = peerOf(context, device)
  return peer === undefined ? undefined : context.draft.get(PEER, peer)?.path
}

