/** What an initiator checks of a bundle before it uses any of it (PQXDH §3.3; PROTOCOL §2, §13.16). */
import { type KemPreKey, LIMITS, type PreKeyBundle, preKeySigningInput, type SignedPreKey } from '@sotto/wire'
import { isCertificateValid } from '../identity/certificate.ts'
import type { Primitives } from '../primitives/primitives.ts'

declare const brand: unique symbol
/** A bundle that `acceptBundle` found good. That it is the expected device's is the caller's to compare. */
export type AcceptedBundle = PreKeyBundle & { readonly [brand]: 'AcceptedBundle' }

export type BundleRejection =
  /** Account or device did not sign the certificate. */
  | { readonly code: 'badCertificate' }
  /** The device of the certificate did not sign this prekey. */
  | { readonly code: 'badSignature'; readonly key: 'signedPreKey' | 'kemPreKey' }
  | { readonly code: 'preKeyTooOld'; readonly ageMs: number; readonly limitMs: number }
  /** Its date would outlive the limit on age. */
  | { readonly code: 'preKeyFromFuture'; readonly aheadMs: number; readonly limitMs: number }
  /** Of small order, not canonical, or failing the modulus check of FIPS 203 §7.2. */
  | { readonly code: 'badKey'; readonly key: 'deviceDh' | 'signedPreKey' | 'oneTimePreKey' | 'kemPreKey' }

/** Checks a bundle, and returns it as one that sessions may be started with. The age limit is the signed prekey's. */
export function acceptBundle(primitives: Primitives, bundle: PreKeyBundle, nowMs: number): AcceptedBundle | BundleRejection {
  const { certificate, signedPreKey, kemPreKey, oneTimePreKeys } = bundle
  if (!isCertificateValid(primitives, certificate)) return { code: 'badCertificate' }
  const isSigned = (kind: 'signed prekey' | 'kem prekey', key: SignedPreKey | KemPreKey): boolean =>
    primitives.ed25519.verify(key.signature, preKeySigningInput(kind, key), certificate.body.device)
  if (!isSigned('signed prekey', signedPreKey)) return { code: 'badSignature', key: 'signedPreKey' }
  if (!isSigned('kem prekey', kemPreKey)) return { code: 'badSignature', key: 'kemPreKey' }

  const ageMs = nowMs - signedPreKey.createdMs
  if (ageMs > LIMITS.signedPreKeyRefuseMs) return { code: 'preKeyTooOld', ageMs, limitMs: LIMITS.signedPreKeyRefuseMs }
  const aheadMs = Math.max(signedPreKey.createdMs, kemPreKey.createdMs) - nowMs
  if (aheadMs > LIMITS.preKeyAheadMs) return { code: 'preKeyFromFuture', aheadMs, limitMs: LIMITS.preKeyAheadMs }

  if (!agrees(primitives, certificate.body.deviceDh)) return { code: 'badKey', key: 'deviceDh' }
  if (!agrees(primitives, signedPreKey.publicKey)) return { code: 'badKey', key: 'signedPreKey' }
  if (!oneTimePreKeys.every((key) => agrees(primitives, key.publicKey))) return { code: 'badKey', key: 'oneTimePreKey' }
  if (primitives.mlKem768.encapsulate(kemPreKey.publicKey, PROBE) === undefined) return { code: 'badKey', key: 'kemPreKey' }
  return bundle as AcceptedBundle
}

/** Publicly known, for checks whose outcome no private key changes. */
const PROBE = new Uint8Array(32).fill(1)

/** With a key of small order every private key agrees on zeros, since all of them are multiples of the cofactor. */
const agrees = (primitives: Primitives, publicKey: Uint8Array): boolean => primitives.x25519.agree(PROBE, publicKey) !== undefined
