/** Checks a prekey bundle before anything is agreed with it (PQXDH §3.3; PROTOCOL §2). */
import { LIMITS, type PreKeyBundle, preKeySigningInput } from '@sotto/wire'
import { isCertificateValid } from '../identity/certificate.ts'
import type { Primitives } from '../primitives/primitives.ts'

declare const acceptedBrand: unique symbol

/** A bundle that is signed by the device it names, fresh, and of sound keys. Only `acceptBundle` makes one. */
export type AcceptedBundle = PreKeyBundle & { readonly [acceptedBrand]: true }

export type BundleRejection =
  | { readonly code: 'badCertificate' }
  | { readonly code: 'badSignature'; readonly preKey: 'signed' | 'kem' }
  /** Its owner has been away for too long, or somebody replays an old one. */
  | { readonly code: 'expiredPreKey'; readonly preKey: 'signed' | 'kem'; readonly ageMs: number; readonly limitMs: number }
  | { readonly code: 'preKeyFromTheFuture'; readonly preKey: 'signed' | 'kem'; readonly aheadMs: number; readonly limitMs: number }
  /** An X25519 key of small order or not canonical, or an ML-KEM key that fails FIPS 203 §7.2. */
  | { readonly code: 'unsoundKey'; readonly key: 'device' | 'signed' | 'oneTime' | 'kem' }

/** Any private key agrees on zero with a key of small order, and with no other. */
const PROBE = new Uint8Array(32).fill(1)

/** The bundle as one that a session may be started with, or why not. */
export function acceptBundle(primitives: Primitives, bundle: PreKeyBundle, nowMs: number): AcceptedBundle | BundleRejection {
  const { certificate, signedPreKey, kemPreKey } = bundle
  if (!isCertificateValid(primitives, certificate)) return { code: 'badCertificate' }
  const { device } = certificate.body
  const isSigned = (kind: 'signed prekey' | 'kem prekey', key: typeof signedPreKey): boolean =>
    primitives.ed25519.verify(key.signature, preKeySigningInput(kind, key), device)
  if (!isSigned('signed prekey', signedPreKey)) return { code: 'badSignature', preKey: 'signed' }
  if (!isSigned('kem prekey', kemPreKey)) return { code: 'badSignature', preKey: 'kem' }
  return (
    checkAge('signed', signedPreKey.createdMs, LIMITS.signedPreKeyRefuseMs, nowMs) ??
    // A one-time key may lie at a relay for as long as its owner keeps the private half.
    checkAge('kem', kemPreKey.createdMs, LIMITS.signedPreKeyKeepMs, nowMs) ??
    checkKeys(primitives, bundle) ??
    (bundle as AcceptedBundle)
  )
}

function checkAge(preKey: 'signed' | 'kem', createdMs: number, limitMs: number, nowMs: number): BundleRejection | undefined {
  const ageMs = nowMs - createdMs
  if (ageMs > limitMs) return { code: 'expiredPreKey', preKey, ageMs, limitMs }
  if (-ageMs > LIMITS.preKeyAheadMs) return { code: 'preKeyFromTheFuture', preKey, aheadMs: -ageMs, limitMs: LIMITS.preKeyAheadMs }
  return undefined
}

function checkKeys(primitives: Primitives, bundle: PreKeyBundle): BundleRejection | undefined {
  const isSound = (publicKey: Uint8Array): boolean => primitives.x25519.agree(PROBE, publicKey) !== undefined
  if (!isSound(bundle.certificate.body.deviceDh)) return { code: 'unsoundKey', key: 'device' }
  if (!isSound(bundle.signedPreKey.publicKey)) return { code: 'unsoundKey', key: 'signed' }
  if (!bundle.oneTimePreKeys.every((key) => isSound(key.publicKey))) return { code: 'unsoundKey', key: 'oneTime' }
  if (primitives.mlKem768.encapsulate(bundle.kemPreKey.publicKey, PROBE) === undefined) return { code: 'unsoundKey', key: 'kem' }
  return undefined
}
