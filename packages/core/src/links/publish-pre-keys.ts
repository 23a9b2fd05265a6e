/**
 * Our prekeys at relays: published, topped up when few are left, replaced when they are due, and handed to members directly
 * (PROTOCOL §2, §13.33).
 */
import { bundleFor, openPublication, preKeyPublicationOf, refreshPreKeys, sealPublication, topUpPreKeys } from '@sotto/crypto'
import { type FetchedKeys, type InboxAddress, LIMITS, type PreKeyBundle } from '@sotto/wire'
import { preKeyStoreOf, putPreKeyStore } from '../identity/pre-key-rows.ts'
import { inboxKeys, selfOf } from '../identity/profile.ts'
import type { Context } from '../state/context.ts'
import { RELAY_LINK } from '../state/tables/links.ts'
import { PUBLISHED } from '../state/tables/self.ts'
import { setTimer } from '../state/timers.ts'
import { publishKeys } from './relay-client.ts'

/** New ones are published when less than one in this many is left. */
const LOW_PART = LIMITS.oneTimePreKeys / LIMITS.oneTimePreKeysLow

/** A relay said how many of our one-time prekeys it has left. */
export function keysLeft(context: Context, relay: string, left: { readonly published: boolean; readonly oneTime: number; readonly oneTimeKem: number }): void {
  // After an unclean stop the relay may have keys whose private halves were lost with the last writes.
  const published = context.transaction.get(PUBLISHED, relay)
  const store = preKeyStoreOf(context.transaction)
  if (store === undefined) return
  const isOurs = left.published && published !== undefined
  const there = Math.min(left.oneTime, left.oneTimeKem)
  const isEnough = isOurs && there * LOW_PART >= context.oneTimePreKeys
  // A signed prekey that was made while this relay was away is not there yet, and others would refuse the old one.
  if (isEnough && published.signedPreKey === store.signedPreKeys[0]?.id) return
  const more = isEnough ? 0 : isOurs ? context.oneTimePreKeys - there : context.oneTimePreKeys
  putPreKeyStore(context.transaction, topUpPreKeys(context.provider, signingKeys(context), store, more, context.nowMs))
  publish(context, relay, !isOurs)
}

function signingKeys(context: Context) {
  return context.provider.primitives.ed25519.keyPairFromSeed(selfOf(context).deviceSeed)
}

/** Publishes what this relay does not have. The rows are durable before the frame leaves: no key is public before its private half is safe. */
function publish(context: Context, relay: string, replace: boolean): void {
  const self = selfOf(context)
  const store = preKeyStoreOf(context.transaction)
  const link = context.transaction.get(RELAY_LINK, relay)
  if (store === undefined || link === undefined || link.incarnation === null) return
  publishKeys(context, relay, {
    token: `publish-${relay}`,
    credentials: { keys: inboxKeys(context), readSeed: self.inboxReadSeed, appendSeed: null, grant: null },
    replace,
    publication: sealPublication(context.provider, self.bundleKey, preKeyPublicationOf(store, self.certificate)),
  })
  context.transaction.put(PUBLISHED, [relay], {
    incarnation: link.incarnation,
    atMs: context.nowMs,
    signedPreKey: store.signedPreKeys[0]?.id ?? 0,
  })
}

/** A bundle to hand out directly. No other device gets its one-time keys. */
export function handOutBundle(context: Context): PreKeyBundle {
  const store = preKeyStoreOf(context.transaction)
  if (store === undefined) throw new TypeError('a profile has prekeys')
  const handed = bundleFor(store, selfOf(context).certificate)
  putPreKeyStore(context.transaction, handed.store)
  return handed.bundle
}

/** Opens a bundle from a relay with the key in the device's address; `undefined` if that fails. */
export function bundleFromFetched(context: Context, address: InboxAddress, fetched: FetchedKeys): PreKeyBundle | undefined {
  return openPublication(context.provider.primitives, address.bundleKey, fetched)
}

/** Rotates prekeys weekly, deletes expired ones, and publishes again if something changed. */
export function tendPreKeys(context: Context): void {
  const store = preKeyStoreOf(context.transaction)
  if (store === undefined) return
  const fresh = refreshPreKeys(context.provider, signingKeys(context), store, context.nowMs)
  if (fresh !== store) {
    putPreKeyStore(context.transaction, fresh)
    for (const { key, value } of context.transaction.scan(RELAY_LINK)) {
      const relay = key[0] ?? ''
      if (value.state === 'connected' && context.transaction.get(PUBLISHED, relay) !== undefined) publish(context, relay, false)
    }
  }
  setTimer(context, 'preKeys', context.nowMs + DAY_MS)
}

const DAY_MS = 86_400_000
