/** The responder's side of PQXDH (§3.4). */
import {
  type Certificate,
  decode,
  encode,
  equalBytes,
  type InitialHeader,
  initialHashInput,
  initialKeys,
  initiatorIntroduction,
  LIMITS,
  PAIRWISE_SUITE,
} from '@sotto/wire'
import { isCertificateValid, type OwnIdentity } from '../identity/certificate.ts'
import type { PreKeyStore } from '../pre-keys/pre-key-store.ts'
import type { AgreementKeyPair, Primitives } from '../primitives/primitives.ts'
import { openBox } from '../sealed-box/sealed-box.ts'
import { associatedDataOf, deriveSessionSecrets, type SessionSecrets } from './agreement.ts'

/** What a responder has before it opens the first message: until that opens, nothing is proved and nothing consumed. */
export interface Responded {
  readonly certificate: Certificate
  readonly rank: number
  readonly hash: Uint8Array
  readonly secrets: SessionSecrets
  readonly associatedData: Uint8Array
  /** The responder's first ratchet key pair. */
  readonly signedPreKeyPair: AgreementKeyPair
  /** The store once the message has opened: without its one-time prekeys, with its hash. */
  readonly store: PreKeyStore
}

export type InitialRejection =
  | { readonly code: 'unsupportedSuite'; readonly suite: number; readonly supported: number }
  /** Accepted before: a repetition of a letter whose session is over, or an attack. */
  | { readonly code: 'replayed' }
  /** Deleted by age, used up, or never ours. */
  | { readonly code: 'unknownPreKey'; readonly preKey: 'signed' | 'oneTime' | 'kem'; readonly id: number }
  | { readonly code: 'badCertificate' }
  | { readonly code: 'fromOwnDevice' }
  /** An X25519 key of small order or not canonical. */
  | { readonly code: 'unsoundKey' }
  /** Until prekeys are deleted by age. */
  | { readonly code: 'tooManyInitialMessages'; readonly limit: number }
  /** Not sealed to us, or changed on the way. */
  | { readonly code: 'damaged' }

/** Agrees on the secrets of an initial message, or says why not. */
export function respond(primitives: Primitives, own: OwnIdentity, store: PreKeyStore, header: InitialHeader): Responded | InitialRejection {
  if (header.suite !== PAIRWISE_SUITE) return { code: 'unsupportedSuite', suite: header.suite, supported: PAIRWISE_SUITE }
  const hash = primitives.sha256(initialHashInput(header))
  if (store.accepted.some((each) => equalBytes(each.hash, hash))) return { code: 'replayed' }
  if (store.accepted.length >= LIMITS.acceptedInitialMessages) {
    return { code: 'tooManyInitialMessages', limit: LIMITS.acceptedInitialMessages }
  }
  const found = findPreKeys(store, header)
  if ('code' in found) return found
  const signedPreKeyPair = primitives.x25519.keyPairFromSeed(found.signed)
  const box = openBox(primitives, 'pqxdh certificate', signedPreKeyPair, header.sealedIntroduction, encode(initialKeys, header))
  const introduction = box === undefined ? undefined : decode(initiatorIntroduction, box)
  if (introduction === undefined) return { code: 'damaged' }
  const { certificate: theirs, rank } = introduction
  if (!isCertificateValid(primitives, theirs)) return { code: 'badCertificate' }
  if (equalBytes(theirs.body.device, own.certificate.body.device)) return { code: 'fromOwnDevice' }

  const kem = primitives.mlKem768.keyPairFromSeed(found.kem)
  const shared = [
    primitives.x25519.agree(signedPreKeyPair.privateKey, theirs.body.deviceDh),
    primitives.x25519.agree(own.deviceDh.privateKey, header.ephemeralKey),
    primitives.x25519.agree(signedPreKeyPair.privateKey, header.ephemeralKey),
    ...(found.oneTime === null ? [] : [primitives.x25519.agree(found.oneTime, header.ephemeralKey)]),
    primitives.mlKem768.decapsulate(kem.secretKey, header.kemCiphertext),
  ].filter((each) => each !== undefined)
  if (shared.length < (found.oneTime === null ? 4 : 5)) return { code: 'unsoundKey' }
  return {
    certificate: theirs,
    rank,
    hash,
    secrets: deriveSessionSecrets(primitives, shared, header, introduction),
    associatedData: associatedDataOf(primitives, theirs, own.certificate, kem.publicKey),
    signedPreKeyPair,
    store: consume(store, header, hash),
  }
}

interface FoundSeeds {
  readonly signed: Uint8Array
  readonly oneTime: Uint8Array | null
  readonly kem: Uint8Array
}

function findPreKeys(store: PreKeyStore, header: InitialHeader): FoundSeeds | InitialRejection {
  const signed = store.signedPreKeys.find((key) => key.id === header.signedPreKeyId)
  if (signed === undefined) return { code: 'unknownPreKey', preKey: 'signed', id: header.signedPreKeyId }
  const kem = [...store.oneTimeKemPreKeys, ...store.lastResortKemPreKeys].find((key) => key.id === header.kemPreKeyId)
  if (kem === undefined) return { code: 'unknownPreKey', preKey: 'kem', id: header.kemPreKeyId }
  if (header.oneTimePreKeyId === null) return { signed: signed.seed, oneTime: null, kem: kem.seed }
  const oneTime = store.oneTimePreKeys.find((key) => key.id === header.oneTimePreKeyId)
  if (oneTime === undefined) return { code: 'unknownPreKey', preKey: 'oneTime', id: header.oneTimePreKeyId }
  return { signed: signed.seed, oneTime: oneTime.seed, kem: kem.seed }
}

const consume = (store: PreKeyStore, header: InitialHeader, hash: Uint8Array): PreKeyStore => ({
  ...store,
  oneTimePreKeys: store.oneTimePreKeys.filter((key) => key.id !== header.oneTimePreKeyId),
  oneTimeKemPreKeys: store.oneTimeKemPreKeys.filter((key) => key.id !== header.kemPreKeyId),
  accepted: [...store.accepted, { hash, signedPreKeyId: header.signedPreKeyId }],
})
