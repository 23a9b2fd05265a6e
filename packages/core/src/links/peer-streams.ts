/** Streams to connected peers. A peer id proves nothing: a device is known by its pairwise session, a member by its epoch proof (PROTOCOL §7). */
import { type FieldsOf, LIMITS } from '@sotto/wire'
import type { PeerPath } from '../contract/network.ts'
import type { Context } from '../state/context.ts'
import { PEER } from '../state/tables/links.ts'
import { setTimer } from '../state/timers.ts'
import { hello } from './frames/hello.ts'
import { fullBudget } from './letter-budget.ts'
import { encodePeerFrame, type PeerFrameKind } from './peer-frame.ts'

/** Sends a frame to a connected peer. */
export const sendToPeer = <K extends PeerFrameKind>(context: Context, peer: string, kind: K, fields: FieldsOf<K>): void =>
  sendEncoded(context, peer, encodePeerFrame<K>(kind, fields))

/** Sends a frame that is already encoded. */
export function sendEncoded(context: Context, peer: string, frame: Uint8Array): void {
  context.effects.push({ kind: 'sendPeerFrame', peer, frame })
}

export function peerOpened(context: Context, peer: string, path: PeerPath, initiator: boolean): void {
  const ownNonce = context.provider.random(32)
  context.transaction.put(PEER, [peer], {
    path,
    initiator,
    ownNonce,
    theirNonce: null,
    theirProofs: [],
    epochs: [],
    isDirectAllowed: false,
    reconciled: [],
    writer: null,
    unreadable: fullBudget(LIMITS.unreadableLetters, context.nowMs),
  })
  sendToPeer(context, peer, hello, { nonce: ownNonce })
}

export function peerPathChanged(context: Context, peer: string, path: PeerPath): void {
  const link = context.transaction.get(PEER, peer)
  if (link !== undefined) context.transaction.put(PEER, [peer], { ...link, path })
}

export function peerClosed(context: Context, peer: string): void {
  const link = context.transaction.get(PEER, peer)
  // It may be open again by now, and has proved nothing there.
  if (link?.isDirectAllowed === true) context.effects.push({ kind: 'forbidDirect', peer })
  context.transaction.delete(PEER, peer)
  setTimer(context, 'reconcile', context.nowMs + REACH_AGAIN_MS, 'earliest')
}

/** How long after a peer closed we reach for it again: it may only have lost its connection. */
const REACH_AGAIN_MS = 2_000
