/**
 * Forging programs: each makes, from one side's secrets and what is public, the session of the other side, which then
 * writes and reads like the true one (PROTOCOL §2, deniability).
 */
import {
  type Certificate,
  encode,
  initialHashInput,
  initialKeys,
  type InitialKeys,
  initiatorIntroduction,
  PAIRWISE_SUITE,
  type PreKeyBundle,
} from '@sotto/wire'
import { agedByOne, NO_KEM_PART } from '../../double-ratchet/kem-step.ts'
import { initiatorRatchet, type RatchetState } from '../../double-ratchet/ratchet-state.ts'
import { stepRootKey } from '../../double-ratchet/root-key.ts'
import { deriveSessionSecrets, sessionAssociatedData } from '../../pqxdh/agreement.ts'
import { sealBox } from '../../sealed-box/sealed-box.ts'
import type { CryptoProvider } from '../../crypto-provider.ts'
import type { Session } from '../session.ts'
import type { SessionSet } from '../session-set.ts'
import { NOW_MS, type Party } from './two-devices.ts'

function known<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('it is not there')
  return value
}

const alone = (session: Session): SessionSet => ({ sessions: [session], distributionsSinceTurn: 0 })

/** The initiator's session as its responder makes it: with its own prekeys, and of the initiator the certificate alone. */
export function forgeInitiator(provider: CryptoProvider, responder: Party, bundle: PreKeyBundle, initiator: Certificate): SessionSet {
  const { primitives } = provider
  const { x25519 } = primitives
  const signedPreKey = known(responder.store.signedPreKeys.find((key) => key.id === bundle.signedPreKey.id))
  const oneTimeKey = known(responder.store.oneTimePreKeys.find((key) => key.id === bundle.oneTimePreKeys[0]?.id))
  const ephemeral = x25519.keyPairFromSeed(provider.random(32))
  const kem = known(primitives.mlKem768.encapsulate(bundle.kemPreKey.publicKey, provider.random(32)))
  const shared = [
    // Where the initiator uses the private half of its device key, the responder uses that of its prekey.
    x25519.agree(signedPreKey.privateKey, initiator.body.deviceDh),
    x25519.agree(responder.own.deviceDh.privateKey, ephemeral.publicKey),
    x25519.agree(signedPreKey.privateKey, ephemeral.publicKey),
    x25519.agree(oneTimeKey.privateKey, ephemeral.publicKey),
    kem.sharedSecret,
  ].map(known)
  const keys: InitialKeys = {
    suite: PAIRWISE_SUITE,
    ephemeralKey: ephemeral.publicKey,
    signedPreKeyId: signedPreKey.id,
    kemCiphertext: kem.ciphertext,
  }
  const introduction = { certificate: initiator, rank: 1, openedMs: NOW_MS, oneTimePreKeyId: oneTimeKey.id, kemPreKeyId: bundle.kemPreKey.id }
  const box = encode(initiatorIntroduction, introduction)
  const sealedIntroduction = known(sealBox(provider, 'pqxdh certificate', signedPreKey.publicKey, box, encode(initialKeys, keys)))
  const header = { ...keys, sealedIntroduction }
  const id = primitives.sha256(initialHashInput(header))
  const { certificate } = responder.own
  return alone({
    id,
    rank: 1,
    role: 'initiator',
    unansweredHeader: header,
    associatedData: sessionAssociatedData(primitives, introduction, certificate, bundle.kemPreKey.publicKey, id),
    ratchet: initiatorRatchet(provider, deriveSessionSecrets(primitives, shared), signedPreKey.publicKey, NOW_MS),
    lostMs: null,
  })
}

/** The responder's session, as after the one letter that was written, as its initiator makes it from its own session alone. */
export function forgeResponder(provider: CryptoProvider, { ratchet, id, rank, associatedData }: Session): SessionSet {
  const { x25519 } = provider.primitives
  const made = x25519.keyPairFromSeed(provider.random(32))
  const agreed = known(x25519.agree(ratchet.ownRatchetKey.privateKey, made.publicKey))
  const step = stepRootKey(provider.primitives, ratchet.rootKey, agreed, null)
  const forged: RatchetState = {
    rootKey: step.rootKey,
    ownRatchetKey: made,
    sending: { chainKey: step.chainKey, headerKey: ratchet.nextReceivingHeaderKey, index: 0 },
    receiving: ratchet.sending,
    previousChainLength: 0,
    nextSendingHeaderKey: step.nextHeaderKey,
    nextReceivingHeaderKey: ratchet.nextSendingHeaderKey,
    kemPart: NO_KEM_PART,
    kemAge: agedByOne({ messages: 0, steppedMs: NOW_MS }),
    skipped: [],
  }
  return alone({ id, rank, role: 'responder', unansweredHeader: null, associatedData, ratchet: forged, lostMs: null })
}
