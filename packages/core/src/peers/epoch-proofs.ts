/** Two connected peers prove to each other which epochs they are in, without naming an epoch to a peer outside of it (PROTOCOL §7, §13.31). */
import { epochProof } from '@sotto/crypto'
import { LIMITS } from '@sotto/wire'
import { currentEpochs, endedEpochs, type OpenEpoch } from '../epochs/epoch-keys.ts'
import { peerProved } from '../files/who-has.ts'
import type { Hello } from '../links/frames/hello.ts'
import { sendToPeer } from '../links/peer-streams.ts'
import { readMarksHeard } from '../messages/signals/read-marks.ts'
import { reviewLetters } from '../sessions/letters-due.ts'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { OWN_PEER, PEER } from '../state/tables/links.ts'
import { reviewDirect } from './direct-allowed.ts'
import { type Proofs, proofs as proofsFrame } from './frames/proofs.ts'
import { sendHave } from './reconcile.ts'

/** The two proofs of an epoch on this connection: ours and theirs. */
function proofsOf(context: Context, peer: string, syncKey: Uint8Array): { ours: Uint8Array; theirs: Uint8Array } | undefined {
  const link = context.transaction.get(PEER, peer)
  const own = context.transaction.get(OWN_PEER, 'self')
  if (link === undefined || link.theirNonce === null || own === undefined) return undefined
  const [initiator, responder] = link.initiator ? [own, peer] : [peer, own]
  const [initiatorNonce, responderNonce] = link.initiator ? [link.ownNonce, link.theirNonce] : [link.theirNonce, link.ownNonce]
  const proof = (side: 'initiator' | 'responder'): Uint8Array =>
    epochProof(context.provider.primitives, syncKey, side, { initiator, responder, initiatorNonce, responderNonce })
  return link.initiator ? { ours: proof('initiator'), theirs: proof('responder') } : { ours: proof('responder'), theirs: proof('initiator') }
}

/** Random proofs fill them up to a multiple of this, so that their number reveals little. */
const PROOFS_STEP = 8

/**
 * Proves every current epoch to a peer, and ended ones only of groups whose current epoch the peer has proved. A removed member
 * that still knows an ended epoch learns nothing from us. Sent again whenever an epoch changed.
 */
function sendProofs(context: Context, peer: string): void {
  const link = context.transaction.get(PEER, peer)
  if (link === undefined || link.theirNonce === null) return
  const current = currentEpochs(context)
  const past = current.flatMap(({ group, id }) => (link.epochs.includes(id) ? endedEpochs(context, group) : []))
  const proofs: Uint8Array[] = []
  for (const { epoch } of [...current, ...past]) {
    const pair = proofsOf(context, peer, epoch.syncKey)
    if (pair !== undefined && proofs.length < LIMITS.epochProofs) proofs.push(pair.ours)
  }
  while (proofs.length % PROOFS_STEP !== 0 || proofs.length === 0) proofs.push(context.provider.random(32))
  // A proof looks random to a peer that cannot check it, so an order by value is a random order.
  proofs.sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1))
  sendToPeer(context, peer, proofsFrame, { proofs })
}

/** A peer's hello: once in a connection, because proofs cost time and any peer may connect. */
export function receiveHello(context: Context, peer: string, { nonce }: Hello): void {
  const link = context.transaction.get(PEER, peer)
  if (link === undefined || link.theirNonce !== null) return
  context.transaction.put(PEER, [peer], { ...link, theirNonce: nonce, epochs: [], reconciled: [] })
  sendProofs(context, peer)
  checkProofs(context, peer)
}

/** A peer proves its epochs, again whenever one of them changed. */
export function receiveProofs(context: Context, peer: string, { proofs }: Proofs): void {
  const link = context.transaction.get(PEER, peer)
  if (link === undefined) return
  context.transaction.put(PEER, [peer], { ...link, theirProofs: proofs })
  checkProofs(context, peer)
}

/** Checks which of our epochs this peer has proved. New ones may be gossiped and are reconciled, and with any it may connect directly. */
function checkProofs(context: Context, peer: string): void {
  const link = context.transaction.get(PEER, peer)
  if (link === undefined) return
  const isProved = ({ epoch }: OpenEpoch): boolean => {
    const pair = proofsOf(context, peer, epoch.syncKey)
    return pair !== undefined && link.theirProofs.some((proof) => context.provider.primitives.equalConstantTime(proof, pair.theirs))
  }
  const current = currentEpochs(context).filter(isProved)
  const past = current.flatMap(({ group }) => endedEpochs(context, group).filter(isProved))
  const proved = [...current, ...past]
  const epochs = proved.map(({ id }) => id)
  // A peer that moved to another epoch no longer shows that nothing is missing in this one.
  context.transaction.put(PEER, [peer], { ...link, epochs, reconciled: link.reconciled.filter((id) => epochs.includes(id)) })
  reviewDirect(context)
  const isNew = ({ id }: OpenEpoch): boolean => !link.epochs.includes(id)
  if (proved.some(isNew)) reviewLetters(context)
  if (current.some(isNew)) readMarksHeard(context)
  for (const { group } of current.filter(isNew)) peerProved(context, peer, group)
  for (const { epoch } of current.filter(isNew)) context.effects.push({ kind: 'revealTopic', topic: textOf(epoch.topic), peer })
  // Now that the peer is known as a member, the ended epochs of that group are proved too.
  if (current.some((each) => isNew(each) && endedEpochs(context, each.group).length > 0)) sendProofs(context, peer)
  for (const { group, id } of proved.filter(isNew)) sendHave(context, peer, group, id, false)
}

/** After our epochs changed: proves the new ones, and checks the peers' proofs again. */
export function proveAgain(context: Context): void {
  for (const { key } of context.transaction.scan(PEER)) {
    const peer = key[0] ?? ''
    sendProofs(context, peer)
    checkProofs(context, peer)
  }
}
