/**
 * Our prekeys at relays: published, topped up when few are left, replaced when they are due, and handed to members directly
 * (PROTOCOL §2, §13.33).
 */
import { arePreKeysAhead, bundleFor, openPublication, preKeyPublicationOf, refreshPreKeys, sealPublication, topUpPreKeys } from '@sotto/crypto'
import { equalBytes, type FetchedKeys, type InboxAddress, LIMITS, type PreKeyBundle } from '@sotto/wire'
import { preKeyStoreOf, putPreKeyStore } from '../identity/pre-key-rows.ts'
import { inboxKeys, selfOf } from '../identity/profile.ts'
import type { Context } from '../state/context.ts'
import { KEYS_LEFT, type KeysLeft, RELAY_LINK } from '../state/tables/links.ts'
import { PUBLISHED } from '../state/tables/self.ts'
import { setTimer } from '../state/timers.ts'
import { publishKeys } from './relay-client.ts'

/** New ones are published when less than one in this many is left. */
const LOW_PART = LIMITS.oneTimePreKeys / LIMITS.oneTimePreKeysLow

/** A relay said how many of our one-time prekeys it has left. Making new ones is dear, and its word is all that there is (PROTOCOL §2.35). */
export function keysLeft(context: Context, relay: string, { published, oneTime, oneTimeKem }: KeysLeft): void {
  const dueMs = publishedAgainMs(context, relay)
  if (dueMs <= context.nowMs) return replenish(context, relay, { published, oneTime, oneTimeKem })
  context.transaction.put(KEYS_LEFT, [relay], { published, oneTime, oneTimeKem })
  setTimer(context, 'preKeys', dueMs, 'earliest')
}

/** When a relay's word on our prekeys is acted on again: another store, such as after a wipe, may have none at once. */
function publishedAgainMs(context: Context, relay: string): number {
  const published = context.transaction.get(PUBLISHED, relay)
  const incarnation = context.transaction.get(RELAY_LINK, relay)?.incarnation ?? null
  const isSameStore = published !== undefined && incarnation !== null && equalBytes(published.incarnation, incarnation)
  // A clock that was put back must not hold them back for longer.
  return isSameStore && published.atMs <= context.nowMs ? published.atMs + LIMITS.preKeysAgainMs : 0
}

/** Publishes what a relay says that it lacks. */
function replenish(context: Context, relay: string, left: KeysLeft): void {
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
  const isAhead = arePreKeysAhead(store, context.nowMs)
  const fresh = refreshPreKeys(context.provider, signingKeys(context), store, context.nowMs)
  if (fresh !== store) putPreKeyStore(context.transaction, fresh)
  if (isAhead) replaceEverywhere(context)
  else if (fresh !== store) publishEverywhere(context)
  setTimer(context, 'preKeys', context.nowMs + DAY_MS)
  for (const { key, value } of context.transaction.scan(KEYS_LEFT)) {
    const [relay = ''] = key
    context.transaction.delete(KEYS_LEFT, relay)
    // On its next connection a relay says it again.
    if (context.transaction.get(RELAY_LINK, relay)?.state === 'connected') keysLeft(context, relay, value)
  }
}

function publishEverywhere(context: Context): void {
  for (const { key, value } of context.transaction.scan(RELAY_LINK)) {
    const [relay = ''] = key
    if (value.state === 'connected' && context.transaction.get(PUBLISHED, relay) !== undefined) publish(context, relay, false)
  }
}

/** What relays have of our prekeys is refused by others, or may be: all of it is replaced, at each relay once it is connected. */
function replaceEverywhere(context: Context): void {
  for (const { key } of context.transaction.scan(PUBLISHED)) {
    const [relay = ''] = key
    context.transaction.delete(PUBLISHED, relay)
    if (context.transaction.get(RELAY_LINK, relay)?.state === 'connected') replenish(context, relay, { published: false, oneTime: 0, oneTimeKem: 0 })
  }
}

const DAY_MS = 86_400_000
