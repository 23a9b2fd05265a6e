/** What both sides of a PQXDH derive (PQXDH §2.2, §3.3; PROTOCOL §2). */
import { type Certificate, certificate, concat, encode, type InitialKeys, initialKeys, type InitiatorIntroduction, initiatorIntroduction, L } from '@sotto/wire'
import type { Primitives } from '../primitives/primitives.ts'

/** What a Double Ratchet with header encryption starts from: 32 bytes each. */
export interface SessionSecrets {
  readonly rootKey: Uint8Array
  /** Seals the headers of the initiator's first chain. */
  readonly initiatorHeaderKey: Uint8Array
  /** Seals the headers of the responder's first chain. */
  readonly responderHeaderKey: Uint8Array
}

/** PQXDH §2.2: sets the input apart from any that begins with an X25519 public key. */
const DOMAIN = new Uint8Array(32).fill(0xff)

/**
 * The secrets from the shared secrets (DH1 to DH3 or DH4, then the KEM's) in PQXDH's order. Everything that the
 * initiator sent in the clear, and its introduction, go into the derivation: an ephemeral key with a point of small
 * order added agrees on the same secrets, and must not pass for another initial message.
 */
export function deriveSessionSecrets(
  primitives: Primitives,
  shared: readonly Uint8Array[],
  keys: InitialKeys,
  introduction: InitiatorIntroduction,
): SessionSecrets {
  const info = concat(L('pqxdh'), encode(initialKeys, keys), encode(initiatorIntroduction, introduction))
  const bytes = primitives.hkdfSha256(concat(DOMAIN, ...shared), new Uint8Array(32), info, 96)
  return { rootKey: bytes.slice(0, 32), initiatorHeaderKey: bytes.slice(32, 64), responderHeaderKey: bytes.slice(64) }
}

/** The hash of both certificates, the initiator's first, and the ML-KEM prekey: 32 bytes, computed and never sent. */
export const associatedDataOf = (
  primitives: Primitives,
  initiator: Certificate,
  responder: Certificate,
  kemPublicKey: Uint8Array,
): Uint8Array =>
  primitives.sha256(L('pqxdh associated data'), encode(certificate, initiator), encode(certificate, responder), kemPublicKey)
