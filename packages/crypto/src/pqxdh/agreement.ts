/** What both sides of a PQXDH derive (PQXDH §2.2, §3.3; PROTOCOL §2). */
import { type Certificate, certificate, concat, encode, type InitiatorIntroduction, initiatorIntroduction, L, PAIRWISE_SUITE } from '@sotto/wire'
import type { Primitives } from '../primitives/primitives.ts'

/** What a Double Ratchet with header encryption starts from: 32 bytes each. */
export interface SessionSecrets {
  readonly rootKey: Uint8Array
  /** Seals the headers of the initiator's first chain. */
  readonly initiatorHeaderKey: Uint8Array
  /** Seals the headers of the responder's first chain. */
  readonly responderHeaderKey: Uint8Array
}

/** F of PQXDH §2.2: sets the input apart from any that begins with an X25519 public key. */
const F = new Uint8Array(32).fill(0xff)
const ZERO_SALT = new Uint8Array(32)

/**
 * The secrets from the shared secrets (DH1 to DH3 or DH4, then the KEM's) in PQXDH's order. The info names the suite:
 * secrets of one suite are none of another.
 */
export function deriveSessionSecrets(primitives: Primitives, shared: readonly Uint8Array[]): SessionSecrets {
  const info = concat(L('pqxdh'), Uint8Array.of(PAIRWISE_SUITE))
  const bytes = primitives.hkdfSha256(concat(F, ...shared), ZERO_SALT, info, 96)
  return { rootKey: bytes.slice(0, 32), initiatorHeaderKey: bytes.slice(32, 64), responderHeaderKey: bytes.slice(64) }
}

/**
 * What every message of the session is bound to, computed on both sides and never sent: 32 bytes. The KEM prekey is in
 * it against re-encapsulation (PQXDH §3.3), the initial message's hash against an ephemeral key with a point of small
 * order added, which agrees on the same secrets; the introduction, so that nobody else says which session sends.
 */
export const sessionAssociatedData = (
  primitives: Primitives,
  introduction: InitiatorIntroduction,
  responder: Certificate,
  kemPublicKey: Uint8Array,
  initialHash: Uint8Array,
): Uint8Array =>
  primitives.sha256(L('pqxdh associated data'), encode(initiatorIntroduction, introduction), encode(certificate, responder), kemPublicKey, initialHash)
