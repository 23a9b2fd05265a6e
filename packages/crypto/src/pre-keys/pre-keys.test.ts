import { decode, encode, type FetchedKeys, LIMITS, type PreKeyBundle, preKeyPublication, toHex } from '@sotto/wire'
import { describe, expect, test } from 'vitest'
import { acceptBundle } from '../pqxdh/accepted-bundle.ts'
import { createNoblePrimitives, loadSodiumPrimitives } from '../primitives/index.ts'
import { createPerson } from '../test-support/people.ts'
import { flipped, seededProvider } from '../test-support/seeded-provider.ts'
import { arePreKeysAhead, createPreKeyStore, refreshPreKeys, topUpPreKeys } from './generate-pre-keys.ts'
import { lastingPreKeysCodec, oneTimeKemPreKeyCodec, oneTimePreKeyCodec, type PreKeyStore } from './pre-key-store.ts'
import { bundleFor, openPublication, preKeyPublicationOf, sealPublication } from './publish-pre-keys.ts'

const sodium = await loadSodiumPrimitives()
const NOW = 1_800_000_000_000
const DAY_MS = 86_400_000
const provider = seededProvider(sodium, 'prekeys')
const alice = createPerson(provider, NOW)
const created = createPreKeyStore(provider, alice.deviceKeys, NOW)
const publicationOf = (store: PreKeyStore) => preKeyPublicationOf(store, alice.certificate)
const idsOf = (keys: readonly { readonly id: number }[]): number[] => keys.map(({ id }) => id)
const refreshed = (store: PreKeyStore, nowMs: number): PreKeyStore => refreshPreKeys(provider, alice.deviceKeys, store, nowMs)
const toppedUpAt = (store: PreKeyStore, howMany: number, nowMs: number): PreKeyStore => topUpPreKeys(provider, alice.deviceKeys, store, howMany, nowMs)
const toppedUp = (store: PreKeyStore, howMany: number): PreKeyStore => toppedUpAt(store, howMany, NOW)

describe('a store of prekeys', () => {
  test('survives storage in its parts', () => {
    const { nextId, signedPreKeys, lastResortKemPreKeys, oneTimePreKeys, oneTimeKemPreKeys } = toppedUp(created, 5)
    const lasting = { nextId, signedPreKeys, lastResortKemPreKeys }
    expect(decode(lastingPreKeysCodec, encode(lastingPreKeysCodec, lasting))).toEqual(lasting)
    for (const key of oneTimePreKeys) expect(decode(oneTimePreKeyCodec, encode(oneTimePreKeyCodec, key))).toEqual(key)
    for (const key of oneTimeKemPreKeys) expect(decode(oneTimeKemPreKeyCodec, encode(oneTimeKemPreKeyCodec, key))).toEqual(key)
  })

  test('is the same value while nothing is due', () => {
    expect(refreshed(created, NOW)).toBe(created)
    expect(refreshed(created, NOW + 7 * DAY_MS - 1)).toBe(created)
  })

  test('has new signed and last-resort prekeys each week, and the old private halves for 45 days', () => {
    const first = created.signedPreKeys[0]?.id
    let store = created
    for (let week = 1; week <= 8; week++) {
      const before = publicationOf(store)
      store = refreshed(store, NOW + week * 7 * DAY_MS)
      const after = publicationOf(store)
      expect(after.signedPreKey.id).toBeGreaterThan(before.signedPreKey.id)
      expect(after.lastResortKemPreKey.id).toBeGreaterThan(before.lastResortKemPreKey.id)
      expect(
        store.signedPreKeys.some(({ id }) => id === first),
        `week ${week}`,
      ).toBe(week * 7 <= 45)
    }
    expect(store.signedPreKeys.length).toBeLessThanOrEqual(7)
    expect(store.lastResortKemPreKeys).toHaveLength(store.signedPreKeys.length)
  })

  test('replaces prekeys dated in the future, after a clock was set back', () => {
    const store = refreshed(created, NOW - 3 * DAY_MS)
    expect(publicationOf(store).signedPreKey.createdMs).toBe(NOW - 3 * DAY_MS)
  })

  test('after that hands out and publishes no one-time key with such a date, and keeps private halves no longer for it', () => {
    const years = refreshed(created, NOW + 900 * DAY_MS)
    const store = toppedUpAt(years, 3, NOW + 900 * DAY_MS)
    const right = refreshed(store, NOW)
    expect(arePreKeysAhead(store, NOW)).toBe(true)
    expect(arePreKeysAhead(right, NOW)).toBe(false)
    const { oneTimePreKeys, oneTimeKemPreKeys, ...current } = publicationOf(right)
    expect([oneTimePreKeys, oneTimeKemPreKeys]).toEqual([[], []])
    expect(acceptBundle(sodium, bundleFor(right, alice.certificate).bundle, NOW)).not.toHaveProperty('code')
    expect([current.signedPreKey, current.lastResortKemPreKey].map(({ createdMs }) => createdMs)).toEqual([NOW, NOW])
    // A letter that is under way may have used any of them.
    for (const { id } of store.oneTimeKemPreKeys) expect(idsOf(right.oneTimeKemPreKeys)).toContain(id)
    expect(idsOf(refreshed(right, NOW + 46 * DAY_MS).signedPreKeys)).not.toContain(store.signedPreKeys[0]?.id)
  })

  test('keeps a bounded number of one-time prekeys', () => {
    let store = created
    for (let i = 0; i < 3; i++) store = toppedUp(store, 100_000)
    expect(publicationOf(store).oneTimePreKeys).toHaveLength(LIMITS.oneTimePreKeys)
    const grown = {
      ...store,
      oneTimePreKeys: Array.from(
        { length: LIMITS.oneTimePreKeysKept },
        (_, i) => ({ id: i, stage: 'out', publicKey: alice.account, privateKey: alice.account }) as const,
      ),
    }
    const bounded = toppedUp(grown, 1)
    expect(bounded.oneTimePreKeys).toHaveLength(LIMITS.oneTimePreKeysKept)
    expect(bounded.oneTimePreKeys[0]?.id).toBe(1)
  })
})

describe('what is handed out', () => {
  test('goes into one publication each, with ids that ascend for ever', () => {
    const first = toppedUp(created, 10)
    const second = toppedUp(first, 10)
    const [before, after] = [publicationOf(first), publicationOf(second)]
    expect(before.oneTimePreKeys).toHaveLength(10)
    expect(Math.min(...idsOf(after.oneTimePreKeys))).toBeGreaterThan(Math.max(...idsOf(before.oneTimePreKeys)))
    expect(Math.min(...idsOf(after.oneTimeKemPreKeys))).toBeGreaterThan(Math.max(...idsOf(before.oneTimeKemPreKeys)))
    expect(decode(preKeyPublication, encode(preKeyPublication, after))).toEqual(after)
  })

  test('is a bundle that is accepted, with one-time keys that no other bundle or publication has', () => {
    const seen = new Set<number>()
    let store = created
    for (let i = 0; i < 10; i++) {
      const { bundle, store: after } = bundleFor(store, alice.certificate)
      expect(acceptBundle(sodium, bundle, NOW)).toEqual(bundle)
      for (const { id } of [bundle.kemPreKey, ...bundle.oneTimePreKeys]) {
        expect(seen.has(id)).toBe(false)
        seen.add(id)
      }
      store = refreshed(after, NOW)
    }
    const { oneTimePreKeys, oneTimeKemPreKeys } = publicationOf(toppedUp(store, 20))
    expect([...idsOf(oneTimePreKeys), ...idsOf(oneTimeKemPreKeys)].filter((id) => seen.has(id))).toEqual([])
  })

  test('is not published again when only what was handed out directly is replaced: it may go to another relay then', () => {
    const published = toppedUp(created, 10)
    expect(publicationOf(published).oneTimePreKeys).toHaveLength(10)
    const later = refreshed(bundleFor(published, alice.certificate).store, NOW + 1)
    expect(publicationOf(later).oneTimePreKeys).toEqual([])
    expect(publicationOf(later).oneTimeKemPreKeys).toEqual([])
    expect(publicationOf(later).signedPreKey).toEqual(publicationOf(published).signedPreKey)
  })

  test('falls back on the last-resort key when no one-time key waits', () => {
    let store = created
    let last: PreKeyBundle | undefined
    for (let i = 0; i < 20; i++) ({ bundle: last, store } = bundleFor(store, alice.certificate))
    expect(last?.oneTimePreKeys).toEqual([])
    expect(last?.kemPreKey.id).toBe(publicationOf(created).lastResortKemPreKey.id)
  })
})

describe('a sealed publication', () => {
  const bundleKey = provider.random(32)
  const publication = publicationOf(toppedUp(created, 3))
  const sealed = sealPublication(provider, bundleKey, publication)
  const fetched = (change: Partial<FetchedKeys> = {}): FetchedKeys => ({
    shared: sealed.shared,
    oneTime: sealed.oneTime[0]?.key ?? null,
    kem: sealed.oneTimeKem[0]?.key ?? new Uint8Array(),
    ...change,
  })

  test('opens for a device that has the address, as a bundle that is accepted', () => {
    const bundle = openPublication(createNoblePrimitives(), bundleKey, fetched())
    expect(bundle?.oneTimePreKeys).toEqual(publication.oneTimePreKeys.slice(0, 1))
    expect(bundle === undefined ? undefined : acceptBundle(sodium, bundle, NOW)).toEqual(bundle)
    const without = openPublication(sodium, bundleKey, fetched({ oneTime: null, kem: sealed.lastResort }))
    expect(without?.oneTimePreKeys).toEqual([])
    expect(without?.kemPreKey).toEqual(publication.lastResortKemPreKey)
  })

  test('shows a relay numbers and lengths only', () => {
    const bytes = [sealed.shared, sealed.lastResort, ...sealed.oneTime.map(({ key }) => key), ...sealed.oneTimeKem.map(({ key }) => key)]
    const { device, account, deviceDh } = alice.certificate.body
    for (const secret of [device, account, deviceDh, publication.signedPreKey.publicKey, publication.lastResortKemPreKey.publicKey.slice(0, 32)]) {
      for (const part of bytes) expect(toHex(part)).not.toContain(toHex(secret))
    }
    expect(idsOf(sealed.oneTime)).toEqual(idsOf(publication.oneTimePreKeys))
  })

  test('does not open with another key, changed, cut, or with a part in the place of another', () => {
    expect(openPublication(sodium, provider.random(32), fetched())).toBeUndefined()
    for (const part of ['shared', 'oneTime', 'kem'] as const) {
      const bytes = fetched()[part] ?? new Uint8Array()
      for (const at of [0, 23, 24, bytes.length - 1]) expect(openPublication(sodium, bundleKey, fetched({ [part]: flipped(bytes, at) }))).toBeUndefined()
      expect(openPublication(sodium, bundleKey, fetched({ [part]: bytes.slice(0, 10) }))).toBeUndefined()
      expect(
        openPublication(sodium, bundleKey, fetched({ [part]: part === 'oneTime' ? sealed.shared : (sealed.oneTime[0]?.key ?? new Uint8Array()) })),
      ).toBeUndefined()
    }
  })
})
