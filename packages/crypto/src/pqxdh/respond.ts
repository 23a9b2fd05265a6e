/** The responder's side of PQXDH (§3.4). */
import { decode, encode, equalBytes, type InitialHeader, initialKeys, type InitiatorIntroduction, initiatorIntroduction } from '@sotto/wire'
import { isCertificateValid, type OwnIdentity } from '../identity/certificate.ts'
import type { AgreementKeyPair, KemKeyPair, Primitives } from '../primitives/primitives.ts'
import { openBox } from '../sealed-box/sealed-box.ts'
import { deriveSessionSecrets, sessionAssociatedData, type SessionSecrets } from './agreement.ts'

/** The private halves that an initial message names. */
export interface UsedPreKeys {
  readonly signedPreKey: AgreementKeyPair
  readonly oneTimePreKey: AgreementKeyPair | null
  readonly kemPreKey: KemKeyPair
}

/** What a responder has before it opens the first message: until that opens, nothing is proved. */
export interface Responded {
  readonly secrets: SessionSecrets
  readonly associatedData: Uint8Array
}

export type IntroductionRejection =
  /** The introduction was not sealed for us together with these keys. */
  | { readonly code: 'badIntroduction' }
  /** Account or device did not sign the initiator's certificate. */
  | { readonly code: 'badCertificate' }
  /** It says that we wrote it. */
  | { readonly code: 'fromOwnDevice' }

/** An X25519 key of small order or not canonical. */
export interface RespondRejection {
  readonly code: 'badKey'
}

/** Opens the introduction: who writes, as its author claims, and under which of our prekeys. */
export function openIntroduction(
  primitives: Primitives,
  own: OwnIdentity,
  signedPreKey: AgreementKeyPair,
  header: InitialHeader,
): InitiatorIntroduction | IntroductionRejection {
  const box = openBox(primitives, 'pqxdh certificate', signedPreKey, header.sealedIntroduction, encode(initialKeys, header))
  const introduction = box === undefined ? undefined : decode(initiatorIntroduction, box)
  if (introduction === undefined) return { code: 'badIntroduction' }
  const { certificate } = introduction
  if (equalBytes(certificate.body.device, own.certificate.body.device)) return { code: 'fromOwnDevice' }
  if (!isCertificateValid(primitives, certificate)) return { code: 'badCertificate' }
  return introduction
}

/** Agrees on the secrets of an initial message, or says why not. `initialHash`: of the header. */
export function respond(
  primitives: Primitives,
  own: OwnIdentity,
  used: UsedPreKeys,
  header: InitialHeader,
  introduction: InitiatorIntroduction,
  initialHash: Uint8Array,
): Responded | RespondRejection {
  const { x25519 } = primitives
  const { signedPreKey, oneTimePreKey, kemPreKey } = used
  const { certificate: theirs } = introduction

  const shared: Uint8Array[] = []
  for (const secret of [
    x25519.agree(signedPreKey.privateKey, theirs.body.deviceDh),
    x25519.agree(own.deviceDh.privateKey, header.ephemeralKey),
    x25519.agree(signedPreKey.privateKey, header.ephemeralKey),
    ...(oneTimePreKey === null ? [] : [x25519.agree(oneTimePreKey.privateKey, header.ephemeralKey)]),
    primitives.mlKem768.decapsulate(kemPreKey.secretKey, header.kemCiphertext),
  ]) {
    if (secret === undefined) return { code: 'badKey' }
    shared.push(secret)
  }
  return {
    secrets: deriveSessionSecrets(primitives, shared),
    associatedData: sessionAssociatedData(primitives, introduction, own.certificate, kemPreKey.publicKey, initialHash),
  }
}
