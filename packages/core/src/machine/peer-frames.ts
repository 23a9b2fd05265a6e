/**
 * The list of every kind of peer frame and its handler. The kind's own file says what a peer must have proved first (PROTOCOL
 * §7). Every number that was ever used is in the test beside this file.
 */
import { codecOfKinds, decode, type Decoded, type FieldsOf, peerFrameOf } from '@sotto/wire'
import { chunk } from '../files/frames/chunk.ts'
import { chunksWanted } from '../files/frames/chunks-wanted.ts'
import { fileHeld } from '../files/frames/file-held.ts'
import { fileWanted } from '../files/frames/file-wanted.ts'
import { hearChunksWanted } from '../files/serve-chunks.ts'
import { takeChunk } from '../files/take-chunks.ts'
import { hearFileHeld, hearFileWanted } from '../files/who-has.ts'
import { hello } from '../links/frames/hello.ts'
import type { PeerFrameKind } from '../links/peer-frame.ts'
import { receiveHello, receiveProofs } from '../peers/epoch-proofs.ts'
import { envelopes } from '../peers/frames/envelopes.ts'
import { have } from '../peers/frames/have.ts'
import { operations } from '../peers/frames/operations.ts'
import { proofs } from '../peers/frames/proofs.ts'
import { received } from '../peers/frames/received.ts'
import { answerHave, takeEnvelopes, takeOperations, takeReceived } from '../peers/reconcile.ts'
import { letter } from '../sessions/frames/letter.ts'
import { preKeysWanted } from '../sessions/frames/pre-keys-wanted.ts'
import { preKeys } from '../sessions/frames/pre-keys.ts'
import { preKeysArrived } from '../sessions/session-setup.ts'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { PEER } from '../state/tables/links.ts'
import { givePreKeys } from './give-pre-keys.ts'
import { receivePeerLetter } from './letters.ts'

interface Heard<K extends PeerFrameKind = PeerFrameKind> {
  readonly kind: K
  readonly hear: (context: Context, peer: string, fields: unknown) => void
}

const heard = <K extends PeerFrameKind>(kind: K, receive: (context: Context, peer: string, fields: FieldsOf<K>) => void): Heard<K> => ({
  kind,
  hear: (context, peer, fields) => receive(context, peer, fields as FieldsOf<K>),
})

const HEARD = [
  heard(hello, receiveHello),
  heard(proofs, receiveProofs),
  heard(letter, (context, peer, { record }) => receivePeerLetter(context, peer, record)),
  heard(have, answerHave),
  heard(envelopes, takeEnvelopes),
  heard(operations, (context, _peer, frame) => takeOperations(context, frame)),
  heard(received, (context, _peer, frame) => takeReceived(context, frame)),
  heard(preKeysWanted, givePreKeys),
  heard(fileWanted, hearFileWanted),
  heard(fileHeld, hearFileHeld),
  heard(chunksWanted, hearChunksWanted),
  heard(chunk, takeChunk),
  heard(preKeys, (context, _peer, { bundle }) => preKeysArrived(context, bundle)),
]

export const PEER_FRAME_KINDS = HEARD.map(({ kind }) => kind)

export const peerFrame = peerFrameOf(codecOfKinds(PEER_FRAME_KINDS))
export type PeerFrame = Decoded<typeof peerFrame>

const BY_KIND = new Map<string, Heard>(HEARD.map((each) => [each.kind.kind, each]))

/** Takes a connected peer's frame to its room, if the peer has proved what the frame needs. Bytes that are no frame end the connection. */
export function peerFrameReceived(context: Context, peer: string, bytes: Uint8Array): void {
  const link = context.transaction.get(PEER, peer)
  const frame = decode(peerFrame, bytes)
  if (link === undefined) return
  if (frame === undefined) {
    context.effects.push({ kind: 'hangUpPeer', peer })
    return
  }
  const found = BY_KIND.get(frame.kind)
  if (found !== undefined && isProved(link, found.kind, frame)) found.hear(context, peer, frame)
}

function isProved({ epochs }: { readonly epochs: readonly string[] }, { needsProofOf }: PeerFrameKind, frame: PeerFrame): boolean {
  switch (needsProofOf) {
    case 'nothing':
      return true
    case 'anyEpoch':
      return epochs.length > 0
    case 'itsEpoch':
      return 'epoch' in frame && epochs.includes(textOf(frame.epoch))
  }
}
