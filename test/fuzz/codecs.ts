/**
 * Every codec that the fuzz tests feed. Those of wire are found automatically; another room names its own here.
 */
import { content, CONTENT_KINDS, contentBody, CONTROL_MESSAGE_KINDS, controlMessage, letter, PEER_FRAME_KINDS, peerFrame } from '@sotto/core/inside'
import {
  acceptedInitialMessageCodec,
  lastingPreKeysCodec,
  oneTimeKemPreKeyCodec,
  oneTimePreKeyCodec,
  ownSenderKeyCodec,
  sessionSetCodec,
  theirSenderKeyCodec,
} from '@sotto/crypto'
import * as wire from '@sotto/wire'

/** A codec of some shape, where the shape does not matter. */
export interface AnyCodec {
  readonly write: (out: wire.Writer, value: never) => void
  readonly read: (input: wire.Reader) => unknown
}

/** Codecs that are not exported by wire, by name. Add yours. */
const CODECS_OF_OTHER_ROOMS: Readonly<Record<string, AnyCodec>> = {
  content,
  contentBody,
  controlMessage,
  letter,
  peerFrame,
  ownSenderKeyCodec,
  acceptedInitialMessageCodec,
  lastingPreKeysCodec,
  oneTimeKemPreKeyCodec,
  oneTimePreKeyCodec,
  sessionSetCodec,
  theirSenderKeyCodec,
}

const isCodec = (exported: unknown): exported is AnyCodec =>
  typeof exported === 'object' &&
  exported !== null &&
  'write' in exported &&
  typeof exported.write === 'function' &&
  'read' in exported &&
  typeof exported.read === 'function'

/** Of a list of kinds also each kind alone: in the whole list few of the invented inputs are of any one of them. */
const ofEachKind = (name: string, kinds: readonly wire.Kind[]): readonly (readonly [string, AnyCodec])[] =>
  kinds.map((kind) => [`${kind.kind}${name}`, wire.codecOfKind(kind)])

/** Name and codec, sorted by name. */
export const CODECS: readonly (readonly [name: string, codec: AnyCodec])[] = [
  ...Object.entries(wire).flatMap(([name, exported]) => (isCodec(exported) ? [[name, exported] as const] : [])),
  ...Object.entries(CODECS_OF_OTHER_ROOMS),
  ...ofEachKind('Content', CONTENT_KINDS),
  ...ofEachKind('ControlMessage', CONTROL_MESSAGE_KINDS),
  ...ofEachKind('PeerFrame', PEER_FRAME_KINDS),
  ...ofEachKind('Operation', wire.OPERATION_KINDS),
].sort(([a], [b]) => (a < b ? -1 : 1))

/** The decoded value, or `undefined`. Throws if the decoder does. */
export const decodeWith = (codec: AnyCodec, bytes: Uint8Array): unknown => wire.decode(codec as wire.Codec<unknown>, bytes)

/** The encoding of a value from `decodeWith`. */
export const encodeWith = (codec: AnyCodec, value: unknown): Uint8Array => wire.encode(codec as wire.Codec<unknown>, value)
