/**
 * Header protection in the manner of QUIC (RFC 9001 §5.4), with HMAC: an observer without the epoch's keys can neither tell
 * two senders apart nor read a counter (PROTOCOL §3).
 */
import { concat, decode, decodeGroupEnvelope, type DeviceId, type EnvelopeHeader, envelopeHeader, type GroupEnvelope, L, tagOf } from '@sotto/wire'
import type { Primitives } from '../primitives/primitives.ts'

const TAG_BYTES = 4
const HEADER_BYTES = 8

/** Names a device within an epoch: 4 bytes. Two devices of a group share one by chance once in 4 billion. */
export const senderTag = (primitives: Primitives, tagKey: Uint8Array, device: DeviceId): Uint8Array =>
  primitives.hmacSha256(tagKey, concat(L('sender tag'), device)).slice(0, TAG_BYTES)

/** Masks an encoded header, or takes its mask off: 8 bytes. */
export function maskHeader(primitives: Primitives, headerKey: Uint8Array, envelope: Pick<GroupEnvelope, 'ciphertext'>, header: Uint8Array): Uint8Array {
  const mask = primitives.hmacSha256(headerKey, concat(L('header mask'), tagOf(envelope))).subarray(0, HEADER_BYTES)
  return header.map((byte, i) => byte ^ (mask[i] ?? 0))
}

/** An envelope whose header can be read. Nothing in it is proved. */
export interface UnmaskedEnvelope {
  readonly header: EnvelopeHeader
  readonly envelope: GroupEnvelope
}

/** Reads an envelope's header. `undefined` for a wrong version or length; under a wrong key the header is noise. */
export function unmaskEnvelope(primitives: Primitives, headerKey: Uint8Array, bytes: Uint8Array): UnmaskedEnvelope | undefined {
  const envelope = decodeGroupEnvelope(bytes)
  if (envelope === undefined) return undefined
  const header = decode(envelopeHeader, maskHeader(primitives, headerKey, envelope, envelope.maskedHeader))
  return header === undefined ? undefined : { header, envelope }
}
