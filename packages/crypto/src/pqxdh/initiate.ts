/** The initiator's side of PQXDH (§3.3). */
import { encode, type InitialHeader, initialHashInput, initialKeys, type InitialKeys, initiatorIntroduction, PAIRWISE_SUITE } from '@sotto/wire'
import type { OwnIdentity } from '../identity/certificate.ts'
import { sealBox } from '../sealed-box/sealed-box.ts'
import type { CryptoProvider } from '../crypto-provider.ts'
import type { AcceptedBundle } from './accepted-bundle.ts'
import { deriveSessionSecrets, sessionAssociatedData, type SessionSecrets } from './agreement.ts'

/** What an initiator has before its first message. */
export interface Initiated {
  readonly header: InitialHeader
  /** Of the header; names the session: 32 bytes. */
  readonly initialHash: Uint8Array
  readonly secrets: SessionSecrets
  readonly associatedData: Uint8Array
}

/** Agrees on secrets with the owner of a bundle. `rank` goes into `InitiatorIntroduction`. */
export function initiate(provider: CryptoProvider, own: OwnIdentity, bundle: AcceptedBundle, rank: number, nowMs: number): Initiated {
  const { primitives, random } = provider
  const { certificate: theirs, signedPreKey, kemPreKey } = bundle
  const oneTimePreKey = bundle.oneTimePreKeys[0]
  const ephemeral = primitives.x25519.keyPairFromSeed(random(32))
  const agree = (privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array => sound(primitives.x25519.agree(privateKey, publicKey))
  const kem = sound(primitives.mlKem768.encapsulate(kemPreKey.publicKey, random(32)))
  const shared = [
    agree(own.deviceDh.privateKey, signedPreKey.publicKey),
    agree(ephemeral.privateKey, theirs.body.deviceDh),
    agree(ephemeral.privateKey, signedPreKey.publicKey),
    ...(oneTimePreKey === undefined ? [] : [agree(ephemeral.privateKey, oneTimePreKey.publicKey)]),
    kem.sharedSecret,
  ]
  const keys: InitialKeys = {
    suite: PAIRWISE_SUITE,
    ephemeralKey: ephemeral.publicKey,
    signedPreKeyId: signedPreKey.id,
    kemCiphertext: kem.ciphertext,
  }
  const introduction = { certificate: own.certificate, rank, openedMs: nowMs, oneTimePreKeyId: oneTimePreKey?.id ?? null, kemPreKeyId: kemPreKey.id }
  const sealedIntroduction = sound(
    sealBox(provider, 'pqxdh certificate', signedPreKey.publicKey, encode(initiatorIntroduction, introduction), encode(initialKeys, keys)),
  )
  const header: InitialHeader = { ...keys, sealedIntroduction }
  const initialHash = primitives.sha256(initialHashInput(header))
  return {
    header,
    initialHash,
    secrets: deriveSessionSecrets(primitives, shared),
    associatedData: sessionAssociatedData(primitives, introduction, theirs, kemPreKey.publicKey, initialHash),
  }
}

/** `acceptBundle` has checked these keys: that they do not agree now is a fault. */
function sound<T>(agreed: T | undefined): T {
  if (agreed === undefined) throw new TypeError('an accepted bundle has an unsound key')
  return agreed
}
