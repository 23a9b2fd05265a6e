import { concat, decode, encode, type LetterRecord, letterRecord, LIMITS, type PreKeyBundle, utf8 } from '@sotto/wire'
import { describe, expect, test } from 'vitest'
import { acceptBundle } from '../pqxdh/accepted-bundle.ts'
import { refreshPreKeys } from '../pre-keys/generate-pre-keys.ts'
import { preKeyPublicationOf } from '../pre-keys/publish-pre-keys.ts'
import { loadSodiumPrimitives } from '../primitives/index.ts'
import { flipped, seededProvider } from '../test-support/seeded-provider.ts'
import { startSession } from './start-session.ts'
import { createParty, DAY_MS, NOW_MS, open, type Party, receive, seal, takeBundle } from './testing/two-devices.ts'

const sodium = await loadSodiumPrimitives()

/** Alice has written to Bob; nothing has arrived. */
function firstLetter(seed: string) {
  const provider = seededProvider(sodium, seed)
  const [alice, bob] = [createParty(provider), createParty(provider)]
  open(provider, alice, bob)
  return { provider, alice, bob, record: seal(provider, alice, utf8('first')) }
}

/** A side that can be received on without consequences for the party itself. */
const copyOf = (party: Party): Party => ({ ...party })

/** A bundle without one-time keys: nothing of it is used up by the first that uses it. */
function lastResortBundle(party: Party): PreKeyBundle {
  const { certificate, signedPreKey, lastResortKemPreKey } = preKeyPublicationOf(party.store, party.own.certificate)
  return { certificate, signedPreKey, kemPreKey: lastResortKemPreKey, oneTimePreKeys: [] }
}

/** The record with its letter changed. */
function withLetter(record: Uint8Array, change: (letter: LetterRecord) => LetterRecord): Uint8Array {
  const letter = decode(letterRecord, record)
  if (letter === undefined) throw new Error('no letter')
  return encode(letterRecord, change(letter))
}

describe('a letter', () => {
  test('with any byte changed does not open: the first, a repeated header, and one in a running session', () => {
    const { provider, alice, bob, record } = firstLetter('flipped')
    const refuses = (to: Party, letter: Uint8Array): void => {
      for (let at = 0; at < letter.length; at += letter.length > 600 ? 7 : 1) {
        expect(receive(provider, copyOf(to), flipped(letter, at, at % 8)), `byte ${at}`).not.toBeInstanceOf(Uint8Array)
      }
      expect(receive(provider, copyOf(to), letter)).toBeInstanceOf(Uint8Array)
    }
    refuses(bob, record)
    receive(provider, bob, record)
    refuses(bob, seal(provider, alice, utf8('second, with the header again')))
    const answer = seal(provider, bob, utf8('an answer'))
    refuses(alice, answer)
  })

  test('cut, lengthened or empty is nothing of ours', () => {
    const { provider, bob, record } = firstLetter('cut')
    for (const bytes of [new Uint8Array(), record.slice(0, 1), record.slice(0, 256), record.slice(0, -1), concat(record, Uint8Array.of(0))]) {
      expect(receive(provider, bob, bytes)).toBeUndefined()
    }
  })

  test('does not open for another device', () => {
    const { provider, record } = firstLetter('anybody else')
    const eve = createParty(provider)
    expect(receive(provider, eve, record)).not.toBeInstanceOf(Uint8Array)
    expect(eve.sessions).toBeNull()
  })

  test('opens once, in the session and after it is gone', () => {
    const { provider, bob, record } = firstLetter('replay')
    expect(receive(provider, bob, record)).toEqual(utf8('first'))
    expect(receive(provider, bob, record)).toBe('alreadyOpened')
    expect(receive(provider, { ...bob, sessions: null }, record)).toBe('unknownPreKey')
  })

  test('that used no one-time key is not accepted twice while its prekeys are there, nor after', () => {
    const provider = seededProvider(sodium, 'last resort')
    const [alice, bob] = [createParty(provider), createParty(provider)]
    const bundle = acceptBundle(sodium, lastResortBundle(bob), NOW_MS)
    if ('code' in bundle) throw new Error(bundle.code)
    alice.sessions = startSession(provider, alice.own, bundle, null, NOW_MS)
    const record = seal(provider, alice, utf8('first'))
    expect(receive(provider, bob, record)).toEqual(utf8('first'))
    for (let day = 0; day <= 50; day += 5) {
      const nowMs = NOW_MS + day * DAY_MS
      bob.store = refreshPreKeys(provider, bob.deviceKeys, bob.store, nowMs)
      expect(receive(provider, { ...bob, sessions: null }, record, nowMs)).toBe(day > 45 ? 'unknownPreKey' : 'alreadyAccepted')
    }
    expect(bob.store.acceptedInitialMessages).toEqual([])
  })

  test('whose one-time key was used before is refused', () => {
    const provider = seededProvider(sodium, 'one-time')
    const [alice, mallory, bob] = [createParty(provider), createParty(provider), createParty(provider)]
    const bundle = acceptBundle(sodium, takeBundle(bob), NOW_MS)
    if ('code' in bundle) throw new Error(bundle.code)
    for (const party of [alice, mallory]) party.sessions = startSession(provider, party.own, bundle, null, NOW_MS)
    expect(receive(provider, bob, seal(provider, alice, utf8('mine')))).toEqual(utf8('mine'))
    bob.sessions = null
    expect(receive(provider, bob, seal(provider, mallory, utf8('mine too')))).toBe('unknownPreKey')
  })

  test('from a device that claims to be another does not open', () => {
    const provider = seededProvider(sodium, 'impostor')
    const [alice, mallory, bob] = [createParty(provider), createParty(provider), createParty(provider)]
    // Mallory shows Alice's certificate and has not the key in it.
    const impostor: Party = { ...mallory, own: { ...mallory.own, certificate: alice.own.certificate } }
    open(provider, impostor, bob)
    expect(receive(provider, bob, seal(provider, impostor, utf8('it is me, Alice')))).toBe('notTheInitiator')
    // Nor does a certificate that joins Alice's account and Mallory's keys.
    const joined = { ...mallory.own.certificate, body: { ...mallory.own.certificate.body, account: alice.own.certificate.body.account } }
    const claimant: Party = { ...mallory, own: { ...mallory.own, certificate: joined } }
    open(provider, claimant, bob)
    expect(receive(provider, bob, seal(provider, claimant, utf8('it is me, Alice')))).toBe('badCertificate')
    expect(bob.sessions).toBeNull()
  })

  test('with an ephemeral key of small order is refused', () => {
    const { provider, bob, record } = firstLetter('small order')
    const changed = withLetter(record, (letter) =>
      letter.kind === 'initial' ? { ...letter, header: { ...letter.header, ephemeralKey: new Uint8Array(32) } } : letter,
    )
    expect(typeof receive(provider, bob, changed)).toBe('string')
  })

  test('that reaches too far ahead says how far', () => {
    const { provider, alice, bob, record } = firstLetter('too far')
    receive(provider, bob, record)
    for (let i = 0; i < LIMITS.skippedPerChain; i++) seal(provider, alice, utf8('lost'))
    const reachable = copyOf(bob)
    const near = seal(provider, alice, utf8('just reachable'))
    const far = seal(provider, alice, utf8('too far'))
    expect(receive(provider, bob, far)).toBe('tooFarAhead')
    expect(receive(provider, reachable, near)).toEqual(utf8('just reachable'))
    expect(reachable.sessions?.sessions[0]?.ratchet.skipped[0]?.keys).toHaveLength(LIMITS.skippedPerChain)
  })

  test('passed over is not opened after 30 days', () => {
    const { provider, alice, bob, record } = firstLetter('old')
    const late = seal(provider, alice, utf8('late'))
    receive(provider, bob, record)
    receive(provider, bob, seal(provider, alice, utf8('after it')))
    expect(receive(provider, copyOf(bob), late, NOW_MS + 29 * DAY_MS)).toEqual(utf8('late'))
    expect(receive(provider, copyOf(bob), late, NOW_MS + 31 * DAY_MS)).toBe('alreadyOpened')
  })
})

describe('a bundle', () => {
  const provider = seededProvider(sodium, 'bundle')
  const bob = createParty(provider)
  const bundle = takeBundle(bob)
  const codeOf = (changed: PreKeyBundle, nowMs = NOW_MS): string => {
    const outcome = acceptBundle(sodium, changed, nowMs)
    return 'code' in outcome ? outcome.code : 'accepted'
  }

  test('is good for 14 days, and for a clock that is a day behind', () => {
    expect(codeOf(bundle, NOW_MS + 14 * DAY_MS)).toBe('accepted')
    expect(codeOf(bundle, NOW_MS + 14 * DAY_MS + 1)).toBe('preKeyTooOld')
    expect(codeOf(bundle, NOW_MS - DAY_MS)).toBe('accepted')
    expect(codeOf(bundle, NOW_MS - DAY_MS - 1)).toBe('preKeyFromFuture')
  })

  test('whose prekeys another device signed, or whose dates or ids were changed, is refused', () => {
    const mallory = takeBundle(createParty(provider))
    expect(codeOf({ ...bundle, signedPreKey: mallory.signedPreKey })).toBe('badSignature')
    expect(codeOf({ ...bundle, kemPreKey: mallory.kemPreKey })).toBe('badSignature')
    expect(codeOf({ ...bundle, certificate: mallory.certificate })).toBe('badSignature')
    expect(codeOf({ ...bundle, signedPreKey: { ...bundle.signedPreKey, createdMs: NOW_MS + 1 } })).toBe('badSignature')
    expect(codeOf({ ...bundle, kemPreKey: { ...bundle.kemPreKey, id: bundle.kemPreKey.id + 1 } })).toBe('badSignature')
    expect(codeOf({ ...bundle, certificate: { ...bundle.certificate, deviceSignature: new Uint8Array(64) } })).toBe('badCertificate')
  })

  test('with a one-time key of small order is refused', () => {
    expect(codeOf({ ...bundle, oneTimePreKeys: [{ id: 1, publicKey: new Uint8Array(32) }] })).toBe('badKey')
    expect(codeOf({ ...bundle, oneTimePreKeys: [{ id: 1, publicKey: Uint8Array.of(1, ...new Uint8Array(31)) }] })).toBe('badKey')
  })
})
