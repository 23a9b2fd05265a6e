/**
 * What a kind of peer frame is. Connected peers send each other these on their stream (PROTOCOL §7). Each kind is a value in
 * a file of its own, in the lowest room that sends it. The machine's list names what handles it.
 */
import { type Codec, codecOfKind, encode, type EpochId, type FieldsOf, type Kind, peerFrameOf, type Reader, type Writer } from '@sotto/wire'

interface OfEpoch {
  readonly write: (out: Writer, value: never) => void
  readonly read: (input: Reader) => { readonly epoch: EpochId } | undefined
}

/** What the peer must have proved before its frame is handled. A peer without that proof gets no answer: it does not even learn that we are in an epoch. */
type Proof = { readonly needsProofOf: 'nothing' | 'anyEpoch' } | { readonly needsProofOf: 'itsEpoch'; readonly fields: OfEpoch }

export type PeerFrameKind = Kind & Proof

/** A frame as it travels on the stream. */
export const encodePeerFrame = <K extends PeerFrameKind>(kind: K, fields: FieldsOf<K>): Uint8Array =>
  encode<unknown>(peerFrameOf(codecOfKind(kind)) as Codec<unknown>, { ...(fields as object), kind: kind.kind })
