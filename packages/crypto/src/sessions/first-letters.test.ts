/** First letters that used no one-time key: what is remembered of them is bounded, and nobody's letters keep others' out. */
import { type DeviceId, equalBytes, LIMITS, utf8 } from '@sotto/wire'
import { describe, expect, test } from 'vitest'
import { loadSodiumPrimitives } from '../primitives/index.ts'
import { seededProvider } from '../test-support/seeded-provider.ts'
import type { AcceptedInitialMessage } from '../pre-keys/pre-key-store.ts'
import { refreshPreKeys } from '../pre-keys/generate-pre-keys.ts'
import { sharedBundleFor } from '../pre-keys/publish-pre-keys.ts'
import { accepted, createParty, DAY_MS, NOW_MS, type Party, receive, seal, takeBundle } from './testing/two-devices.ts'
import { startSession } from './start-session.ts'

const sodium = await loadSodiumPrimitives()

/** A first letter under the bundle that has no one-time key. */
function firstLetter(provider: ReturnType<typeof seededProvider>, from: Party, to: Party, nowMs: number): Uint8Array {
  const bundle = accepted(provider, sharedBundleFor(to.store, to.own.certificate), nowMs)
  from.sessions = startSession(provider, from.own, bundle, null, nowMs)
  return seal(provider, from, utf8('first'), nowMs)
}

/** So many messages of one device, or of a device each, opened one millisecond after the other. */
const flood = (provider: ReturnType<typeof seededProvider>, to: Party, count: number, device: DeviceId | null): readonly AcceptedInitialMessage[] =>
  Array.from({ length: count }, (_, i) => ({
    hash: provider.random(32),
    signedPreKeyId: to.store.signedPreKeys[0]?.id ?? 0,
    device: device ?? (provider.random(32) as DeviceId),
    openedMs: NOW_MS + i,
  }))

const MOST = LIMITS.acceptedInitialMessages + LIMITS.strangersInitialMessages

describe('a first letter without a one-time key', () => {
  test('gets through while one device has sent as many as are remembered', () => {
    const provider = seededProvider(sodium, 'one floods')
    const [alice, mallory, bob] = [createParty(provider), createParty(provider), createParty(provider)]
    bob.store = { ...bob.store, acceptedInitialMessages: flood(provider, bob, MOST, mallory.own.certificate.body.device) }
    expect(receive(provider, bob, firstLetter(provider, alice, bob, NOW_MS + MOST), NOW_MS + MOST)).toEqual(utf8('first'))
  })

  test('gets through while one party has sent as many under a device each', () => {
    const provider = seededProvider(sodium, 'many devices')
    const [alice, bob] = [createParty(provider), createParty(provider)]
    bob.store = { ...bob.store, acceptedInitialMessages: flood(provider, bob, MOST, null) }
    expect(receive(provider, bob, firstLetter(provider, alice, bob, NOW_MS + MOST), NOW_MS + MOST)).toEqual(utf8('first'))
  })

  test('of a device that writes more than its share replaces the oldest of its own, and neither opens twice', () => {
    const provider = seededProvider(sodium, 'own oldest')
    const [alice, bob, carol] = [createParty(provider), createParty(provider), createParty(provider)]
    const known = () => true
    const ofCarol = firstLetter(provider, carol, bob, NOW_MS)
    expect(receive(provider, bob, ofCarol, NOW_MS, known)).toEqual(utf8('first'))
    const records = Array.from({ length: LIMITS.initialMessagesOfDevice + 3 }, (_, i) => firstLetter(provider, alice, bob, NOW_MS + i))
    records.forEach((record, i) => {
      bob.sessions = null
      expect(receive(provider, bob, record, NOW_MS + i, known)).toEqual(utf8('first'))
    })
    expect(bob.store.acceptedInitialMessages).toHaveLength(LIMITS.initialMessagesOfDevice + 1)
    const again = (record: Uint8Array) => receive(provider, { ...bob, sessions: null }, record, NOW_MS + DAY_MS, known)
    expect(records.slice(0, 3).map(again)).toEqual(['olderThanRemembered', 'olderThanRemembered', 'olderThanRemembered'])
    expect(
      records
        .slice(3)
        .map(again)
        .every((code) => code === 'alreadyAccepted'),
    ).toBe(true)
    expect(again(ofCarol)).toBe('alreadyAccepted')
  })

  test('of a stranger that many strangers followed is not opened twice, also once the device is known', () => {
    const provider = seededProvider(sodium, 'strangers')
    const [alice, bob] = [createParty(provider), createParty(provider)]
    const record = firstLetter(provider, alice, bob, NOW_MS)
    expect(receive(provider, bob, record, NOW_MS)).toEqual(utf8('first'))
    bob.store = {
      ...bob.store,
      acceptedInitialMessages: [...bob.store.acceptedInitialMessages, ...flood(provider, bob, LIMITS.strangersInitialMessages, null)],
    }
    const later = createParty(provider)
    expect(receive(provider, { ...bob, sessions: null }, record, NOW_MS + DAY_MS)).toBe('alreadyAccepted')
    expect(receive(provider, bob, firstLetter(provider, later, bob, NOW_MS + DAY_MS), NOW_MS + DAY_MS)).toEqual(utf8('first'))
    for (const isKnown of [() => false, () => true])
      expect(receive(provider, { ...bob, sessions: null }, record, NOW_MS + DAY_MS, isKnown)).toBe('olderThanRemembered')
  })

  test('of strangers displaces none of a device that is known', () => {
    const provider = seededProvider(sodium, 'known stay')
    const [alice, bob] = [createParty(provider), createParty(provider)]
    const isAlice = (device: DeviceId) => equalBytes(device, alice.own.certificate.body.device)
    receive(provider, bob, firstLetter(provider, alice, bob, NOW_MS), NOW_MS, isAlice)
    const [ofAlice] = bob.store.acceptedInitialMessages
    bob.store = { ...bob.store, acceptedInitialMessages: [...bob.store.acceptedInitialMessages, ...flood(provider, bob, MOST, null)] }
    const stranger = createParty(provider)
    bob.sessions = null
    const before = bob.store.acceptedInitialMessages
    expect(receive(provider, bob, firstLetter(provider, stranger, bob, NOW_MS + DAY_MS), NOW_MS + DAY_MS, isAlice)).toEqual(utf8('first'))
    expect(bob.store.acceptedInitialMessages).toContain(ofAlice)
    expect(before.filter((message) => !bob.store.acceptedInitialMessages.includes(message))).toHaveLength(1)
  })

  test('claims a time after its arrival for nothing: it goes as the oldest of its arrival does', () => {
    const provider = seededProvider(sodium, 'later time')
    const [alice, bob] = [createParty(provider), createParty(provider)]
    expect(receive(provider, bob, firstLetter(provider, alice, bob, NOW_MS + DAY_MS), NOW_MS)).toEqual(utf8('first'))
    expect(bob.store.acceptedInitialMessages.map(({ openedMs }) => openedMs)).toEqual([NOW_MS])
  })

  test('that many send makes new prekeys early, at most once a day', () => {
    const provider = seededProvider(sodium, 'early')
    const bob = createParty(provider)
    const [first] = bob.store.signedPreKeys
    bob.store = { ...bob.store, acceptedInitialMessages: flood(provider, bob, LIMITS.preKeyPressure, null) }
    const refreshed = (nowMs: number) => refreshPreKeys(provider, bob.deviceKeys, bob.store, nowMs).signedPreKeys
    expect(refreshed(NOW_MS + DAY_MS - 1)).toEqual([first])
    expect(refreshed(NOW_MS + DAY_MS)).toHaveLength(2)
  })
})

test('a first letter shows a relay none of the one-time prekeys that it handed out: neither their numbers nor their keys', () => {
  const provider = seededProvider(sodium, 'unlinked')
  const [alice, bob] = [createParty(provider), createParty(provider)]
  const bundle = takeBundle(bob)
  // The signed prekey is the same for all.
  const handedOut = [...bundle.oneTimePreKeys, bundle.kemPreKey]
  expect(handedOut).toHaveLength(2)
  alice.sessions = startSession(provider, alice.own, accepted(provider, bundle), null, NOW_MS)
  const letter = seal(provider, alice, utf8('first'))
  const isInside = (bytes: Uint8Array): boolean => letter.some((_, at) => equalBytes(letter.subarray(at, at + bytes.length), bytes))
  const idOf = (id: number): Uint8Array => new Uint8Array(new Uint32Array([id]).buffer).toReversed()
  for (const { id } of handedOut) expect(isInside(idOf(id))).toBe(false)
  for (const { publicKey } of handedOut) expect(isInside(publicKey.subarray(0, 16))).toBe(false)
  // What is looked for would be found.
  expect(isInside(letter.subarray(100, 116))).toBe(true)
  expect(receive(provider, bob, letter)).toEqual(utf8('first'))
})
