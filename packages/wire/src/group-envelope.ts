/**
 * A message to a group as it travels (PROTOCOL §3): 121 bytes over the padded plaintext.
 *
 *     version(1) ‖ masked header(8) ‖ commitment(32) ‖ ciphertext(n) ‖ tag(16) ‖ signature(64)
 *     ad = version ‖ SHA-256(context) ‖ header ‖ commitment         signature over L("group envelope") ‖ ad ‖ ciphertext ‖ tag
 */
import { concat } from './bytes.ts'
import { type Decoded, fixedBytes, struct, uint16 } from './codec.ts'
import { L } from './labels.ts'
import { LIMITS } from './limits.ts'
import { isLadderLength } from './padding.ts'

const VERSION = Uint8Array.of(1)
const HEADER_END = 9
const COMMITMENT_END = HEADER_END + 32
const TAG_BYTES = 16
const SIGNATURE_BYTES = 64

/** What an envelope adds to the padded plaintext. */
export const GROUP_ENVELOPE_OVERHEAD_BYTES = 121

/** Names the sender within an epoch, its key and the message; masked on the wire. 8 bytes. */
export const envelopeHeader = struct({ senderTag: fixedBytes(4), keyId: uint16, iteration: uint16 })
export type EnvelopeHeader = Decoded<typeof envelopeHeader>

/** The parts of an envelope. `ciphertext` ends with the tag of 16 bytes. */
export interface GroupEnvelope {
  readonly maskedHeader: Uint8Array
  /** To the message key, 32 bytes: no other key opens the envelope. */
  readonly commitment: Uint8Array
  readonly ciphertext: Uint8Array
  readonly signature: Uint8Array
}

/** The bytes of an envelope. */
export const encodeGroupEnvelope = (envelope: GroupEnvelope): Uint8Array =>
  concat(VERSION, envelope.maskedHeader, envelope.commitment, envelope.ciphertext, envelope.signature)

/** The parts of received bytes; `undefined` for another version or a length that is not on the ladder. */
export function decodeGroupEnvelope(bytes: Uint8Array): GroupEnvelope | undefined {
  if (bytes[0] !== VERSION[0] || bytes.length > LIMITS.recordBytes || !isLadderLength(bytes.length)) return undefined
  const signatureStart = bytes.length - SIGNATURE_BYTES
  return {
    maskedHeader: bytes.slice(1, HEADER_END),
    commitment: bytes.slice(HEADER_END, COMMITMENT_END),
    ciphertext: bytes.slice(COMMITMENT_END, signatureStart),
    signature: bytes.slice(signatureStart),
  }
}

/** The AEAD's tag, which the header's mask is made from. */
export const tagOf = (envelope: Pick<GroupEnvelope, 'ciphertext'>): Uint8Array => envelope.ciphertext.slice(-TAG_BYTES)

/** The associated data of an envelope: `contextHash` and `commitment` 32 bytes, `header` 8 bytes as encoded, not masked. */
export const groupEnvelopeAd = (contextHash: Uint8Array, header: Uint8Array, commitment: Uint8Array): Uint8Array =>
  concat(VERSION, contextHash, header, commitment)

/** What the sender key's signing key signs. */
export const groupEnvelopeSigningInput = (ad: Uint8Array, ciphertext: Uint8Array): Uint8Array => concat(L('group envelope'), ad, ciphertext)
