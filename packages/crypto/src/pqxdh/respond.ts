/** The responder's side of PQXDH (§3.4). */
import { type Certificate, decode, encode, equalBytes, type InitialHeader, initialKeys, initiatorIntroduction } from '@sotto/wire'
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
  readonly certificate: Certificate
  readonly rank: number
  readonly secrets: SessionSecrets
  readonly associatedData: Uint8Array
}

export type RespondRejection =
  /** The introduction was not sealed for us together with these keys. */
  | { readonly code: 'badIntroduction' }
  /** Account or device did not sign the initiator's certificate. */
  | { readonly code: 'badCertificate' }
  /** It says that we wrote it. */
  | { readonly code: 'fromOwnDevice' }
  /** An X25519 key of small order or not canonical. */
  | { readonly code: 'badKey' }

/** Agrees on the secrets of an initial message, or says why not. `initialHash`: of the header. */
export function respond(
  primitives: Primitives,
  own: OwnIdentity,
  used: UsedPreKeys,
  header: InitialHeader,
  initialHash: Uint8Array,
): Responded | RespondRejection {
  const { x25519 } = primitives
  const { signedPreKey, oneTimePreKey, kemPreKey } = used
  const box = openBox(primitives, 'pqxdh certificate', signedPreKey, header.sealedIntroduction, encode(initialKeys, header))
  const introduction = box === undefined ? undefined : decode(initiatorIntroduction, box)
  if (introduction === undefined) return { code: 'badIntroduction' }
  const { certificate: theirs, rank } = introduction
  if (equalBytes(theirs.body.device, own.certificate.body.device)) return { code: 'fromOwnDevice' }
  if (!isCertificateValid(primitives, theirs)) return { code: 'badCertificate' }

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
    certificate: theirs,
    rank,
    secrets: deriveSessionSecrets(primitives, shared),
    associatedData: sessionAssociatedData(primitives, introduction, own.certificate, kemPreKey.publicKey, initialHash),
  }
}
