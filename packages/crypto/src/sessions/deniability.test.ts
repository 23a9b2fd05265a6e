/**
 * What was said can be denied (PROTOCOL §2): each side alone can make a transcript that the other's letters cannot be
 * told from, so that no transcript proves anything to a third. No signature covers any content.
 */
import { encode, initialHashInput, initialKeys, type InitialKeys, initiatorIntroduction, PAIRWISE_SUITE, pad, utf8 } from '@sotto/wire'
import { expect, test } from 'vitest'
import { openHeader, sealHeader } from '../double-ratchet/header.ts'
import { sealMessage, stepChain } from '../double-ratchet/chain.ts'
import { initiatorRatchet } from '../double-ratchet/ratchet-state.ts'
import { stepRootKey } from '../double-ratchet/root-key.ts'
import { sealWithRatchet } from '../double-ratchet/seal-with-ratchet.ts'
import { deriveSessionSecrets, sessionAssociatedData } from '../pqxdh/agreement.ts'
import { loadSodiumPrimitives } from '../primitives/index.ts'
import { sealBox } from '../sealed-box/sealed-box.ts'
import { seededSuite } from '../test-support/seeded-suite.ts'
import { encodeRecord, recordOverheadBytes } from './letter-record.ts'
import { createParty, NOW_MS, open, receive, seal, takeBundle } from './testing/two-devices.ts'

const sodium = await loadSodiumPrimitives()
const FORGED = utf8('I never wrote this')

function known<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('it is not there')
  return value
}

test('a responder forges a first letter of an initiator from its public certificate alone', () => {
  const suite = seededSuite(sodium, 'forging responder')
  const { x25519, mlKem768 } = sodium
  const alice = createParty(suite).own.certificate
  const bob = createParty(suite)
  const bundle = takeBundle(bob)

  const signedPreKey = known(bob.store.signedPreKeys.find((key) => key.id === bundle.signedPreKey.id))
  const oneTimeKey = known(bob.store.oneTimePreKeys.find((key) => key.id === bundle.oneTimePreKeys[0]?.id))
  const ephemeral = x25519.keyPairFromSeed(suite.random(32))
  const kem = known(mlKem768.encapsulate(bundle.kemPreKey.publicKey, suite.random(32)))
  const shared = [
    // Where Alice uses the private half of her device key, Bob uses that of his prekey.
    x25519.agree(signedPreKey.privateKey, alice.body.deviceDh),
    x25519.agree(bob.own.deviceDh.privateKey, ephemeral.publicKey),
    x25519.agree(signedPreKey.privateKey, ephemeral.publicKey),
    x25519.agree(oneTimeKey.privateKey, ephemeral.publicKey),
    kem.sharedSecret,
  ].map(known)
  const keys: InitialKeys = {
    suite: PAIRWISE_SUITE,
    ephemeralKey: ephemeral.publicKey,
    signedPreKeyId: signedPreKey.id,
    oneTimePreKeyId: oneTimeKey.id,
    kemPreKeyId: bundle.kemPreKey.id,
    kemCiphertext: kem.ciphertext,
  }
  const introduction = { certificate: alice, rank: 1 }
  const sealedIntroduction = known(
    sealBox(suite, 'pqxdh certificate', signedPreKey.publicKey, encode(initiatorIntroduction, introduction), encode(initialKeys, keys)),
  )
  const header = { ...keys, sealedIntroduction }
  const initialHash = sodium.sha256(initialHashInput(header))
  const associatedData = sessionAssociatedData(sodium, introduction, bob.own.certificate, bundle.kemPreKey.publicKey, initialHash)
  const ratchet = initiatorRatchet(suite, deriveSessionSecrets(sodium, shared), signedPreKey.publicKey, NOW_MS)
  const { message } = sealWithRatchet(suite, ratchet, pad(FORGED, recordOverheadBytes(header, 'none')), associatedData)

  expect(receive(suite, bob, encodeRecord(header, message))).toEqual(FORGED)
  expect(bob.sessions?.sessions).toHaveLength(1)
})

test('an initiator forges an answer of the responder from its own state alone', () => {
  const suite = seededSuite(sodium, 'forging initiator')
  const [alice, bob] = [createParty(suite), createParty(suite)]
  open(suite, alice, bob)
  seal(suite, alice, utf8('the only true letter'))

  const { ratchet, associatedData } = known(alice.sessions?.sessions[0])
  const made = sodium.x25519.keyPairFromSeed(suite.random(32))
  const agreed = known(sodium.x25519.agree(ratchet.ownRatchetKey.privateKey, made.publicKey))
  const { chainKey } = stepRootKey(sodium, ratchet.rootKey, agreed, null)
  const sealedHeader = sealHeader(
    suite,
    ratchet.nextReceivingHeaderKey,
    { ratchetKey: made.publicKey, previousChainLength: 0, index: 0, kemPart: 'none' },
    associatedData,
  )
  expect(openHeader(sodium, ratchet.nextReceivingHeaderKey, sealedHeader, associatedData)).toBeDefined()
  const { messageKey } = stepChain(sodium, { chainKey, headerKey: ratchet.nextReceivingHeaderKey, index: 0 })
  const ciphertext = sealMessage(sodium, messageKey, pad(FORGED, recordOverheadBytes(null, 'none')), associatedData, sealedHeader)

  expect(receive(suite, alice, encodeRecord(null, { suite: PAIRWISE_SUITE, sealedHeader, sealed: ciphertext }))).toEqual(FORGED)
})
