/** Frames of connected peers: each goes to its room. Before an epoch was proved, a peer is told nothing of it (PROTOCOL §7). */
import { decode, type DeviceId, LIMITS, peerFrame } from '@sotto/wire'
import { rosterOf } from '../groups/group-log.ts'
import { sendToPeer } from '../links/peer-streams.ts'
import { handOutBundle } from '../links/publish-pre-keys.ts'
import { deviceBehind } from '../links/whereabouts.ts'
import { checkProofs, sendProofs } from '../peers/epoch-proofs.ts'
import { answerHave, takeEnvelopes, takeOperations, takeReceived } from '../peers/reconcile.ts'
import { preKeysArrived } from '../sessions/session-setup.ts'
import type { Context } from '../state/context.ts'
import { bytesOf, textOf } from '../state/names.ts'
import { GROUP } from '../state/tables/groups.ts'
import { PEER } from '../state/tables/links.ts'
import { PRE_KEYS_GIVEN } from '../state/tables/self.ts'
import { receiveLetter } from './letters.ts'

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
  const isMembers =
    device !== undefined && context.draft.scan(GROUP).some(({ key }) => rosterOf(context, key[0] ?? '').deviceOf(bytesOf<DeviceId>(device)) !== undefined)
  const name = isMembers ? device : 'unknown'
  const givenMs = context.draft.get(PRE_KEYS_GIVEN, name)
  if (givenMs !== undefined && givenMs + LIMITS.unansweredSessionMs > context.nowMs) return false
  context.draft.put(PRE_KEYS_GIVEN, [name], context.nowMs)
  return true
}
