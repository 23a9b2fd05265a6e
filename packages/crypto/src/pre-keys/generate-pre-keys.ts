/** Making new prekeys: at the start, once a week, and when a relay runs out of them (PROTOCOL §2). */
import { LIMITS, preKeySigningInput } from '@sotto/wire'
import type { SigningKeyPair } from '../primitives/primitives.ts'
import type { CryptoProvider } from '../crypto-provider.ts'
import { isUnderPressure, withoutForgotten } from './initial-memory.ts'
import type { HeldKemPreKey, HeldOneTimeKemPreKey, HeldOneTimePreKey, HeldSignedPreKey, OneTimeStage, PreKeyStore } from './pre-key-store.ts'

/** A store with a signed prekey, a last-resort one and a few to hand out. One-time ones to publish come by `topUpPreKeys`. */
export function createPreKeyStore(provider: CryptoProvider, deviceKeys: SigningKeyPair, nowMs: number): PreKeyStore {
  const empty: PreKeyStore = {
    nextId: 1,
    signedPreKeys: [],
    lastResortKemPreKeys: [],
    oneTimePreKeys: [],
    oneTimeKemPreKeys: [],
    acceptedInitialMessages: [],
    initialFloors: [],
  }
  return refreshPreKeys(provider, deviceKeys, empty, nowMs)
}

/**
 * Deletes what is past `signedPreKeyKeepMs`, makes new signed and last-resort prekeys where the newest are a week old, under
 * pressure a day, or dated in the future, and replaces what was handed out directly. No one-time key of before is in a later publication.
 * Where `arePreKeysAhead`, no one-time key of before goes out any more. Returns the same object where nothing was due.
 */
export function refreshPreKeys(provider: CryptoProvider, deviceKeys: SigningKeyPair, store: PreKeyStore, nowMs: number): PreKeyStore {
  const current = rotated(provider, deviceKeys, withoutOld(store, nowMs), nowMs)
  const fresh = withHandOuts(provider, deviceKeys, arePreKeysAhead(current, nowMs) ? withDatesPutRight(current, nowMs) : current, nowMs)
  // What was to be published went to one relay. What is published from now on may go to all of them, and a key goes out once.
  return fresh === store ? store : withPublishedOut(fresh)
}

const isAhead = (key: { readonly createdMs: number }, nowMs: number): boolean => key.createdMs - nowMs > LIMITS.preKeyAheadMs

/** Whether a clock that was put back since dated prekeys so far ahead that others refuse them. */
export const arePreKeysAhead = (store: PreKeyStore, nowMs: number): boolean =>
  [store.signedPreKeys, store.lastResortKemPreKeys, store.oneTimeKemPreKeys].some((keys) => keys.some((key) => isAhead(key, nowMs)))

/** Their private halves are kept as long as if they were made now, and none of them goes out any more: a date is signed. */
function withDatesPutRight(store: PreKeyStore, nowMs: number): PreKeyStore {
  const putRight = <K extends { readonly createdMs: number }>(key: K): K => (isAhead(key, nowMs) ? { ...key, createdMs: nowMs } : key)
  const out = withAllOut(store)
  return {
    ...out,
    signedPreKeys: out.signedPreKeys.map(putRight),
    lastResortKemPreKeys: out.lastResortKemPreKeys.map(putRight),
    oneTimeKemPreKeys: out.oneTimeKemPreKeys.map(putRight),
  }
}

const withPublishedOut = (store: PreKeyStore): PreKeyStore => ({
  ...store,
  oneTimePreKeys: store.oneTimePreKeys.map(withdrawn),
  oneTimeKemPreKeys: store.oneTimeKemPreKeys.map(withdrawnKem),
})

function rotated(provider: CryptoProvider, deviceKeys: SigningKeyPair, store: PreKeyStore, nowMs: number): PreKeyStore {
  const newest = store.signedPreKeys[0]
  const ageMs = newest === undefined ? Number.POSITIVE_INFINITY : nowMs - newest.createdMs
  const rotateMs = isUnderPressure(store) ? LIMITS.preKeyPressureRotateMs : LIMITS.signedPreKeyRotateMs
  if (ageMs >= -LIMITS.preKeyAheadMs && ageMs < rotateMs) return store
  const { nextId } = store
  return {
    ...store,
    nextId: nextId + 2,
    signedPreKeys: [makeSignedPreKey(provider, deviceKeys, nextId, nowMs), ...store.signedPreKeys],
    lastResortKemPreKeys: [makeKemPreKey(provider, deviceKeys, nextId + 1, nowMs), ...store.lastResortKemPreKeys.map((key) => ({ ...key, published: null }))],
  }
}

function withoutOld(store: PreKeyStore, nowMs: number): PreKeyStore {
  const isKept = (key: { readonly createdMs: number }): boolean => nowMs - key.createdMs <= LIMITS.signedPreKeyKeepMs
  if (store.signedPreKeys.every(isKept) && store.lastResortKemPreKeys.every(isKept)) return store
  return withoutForgotten({
    ...store,
    signedPreKeys: store.signedPreKeys.filter(isKept),
    lastResortKemPreKeys: store.lastResortKemPreKeys.filter(isKept),
  })
}

/**
 * Makes `howMany` (at most `LIMITS.oneTimePreKeys`) one-time prekeys of each kind; they and no others are in the next
 * publication. Their ids are above all before. Beyond `LIMITS.oneTimePreKeysKept`, the oldest are forgotten.
 */
export function topUpPreKeys(provider: CryptoProvider, deviceKeys: SigningKeyPair, store: PreKeyStore, howMany: number, nowMs: number): PreKeyStore {
  if (howMany <= 0) return store
  return withOneTime(provider, deviceKeys, withPublishedOut(store), Math.min(howMany, LIMITS.oneTimePreKeys), 'publish', nowMs)
}

/** After lost writes a prekey that is not marked as handed out may be known to others all the same, so none goes out again. */
export const withAllOut = (store: PreKeyStore): PreKeyStore => ({
  ...store,
  oneTimePreKeys: store.oneTimePreKeys.map((key) => (key.stage === 'out' ? key : { ...key, stage: 'out' })),
  oneTimeKemPreKeys: store.oneTimeKemPreKeys.map((key) => (key.stage === 'out' ? key : { ...key, stage: 'out', published: null })),
})

/** One-time prekeys of each kind that wait for direct handing out, as in a request to join. A guess. */
const HAND_OUTS = 4

function withHandOuts(provider: CryptoProvider, deviceKeys: SigningKeyPair, store: PreKeyStore, nowMs: number): PreKeyStore {
  const ready = store.oneTimeKemPreKeys.filter((key) => key.stage === 'handOut').length
  return ready >= HAND_OUTS ? store : withOneTime(provider, deviceKeys, store, HAND_OUTS - ready, 'handOut', nowMs)
}

function withOneTime(provider: CryptoProvider, deviceKeys: SigningKeyPair, store: PreKeyStore, count: number, stage: OneTimeStage, nowMs: number): PreKeyStore {
  const fresh: HeldOneTimePreKey[] = []
  const freshKem: HeldOneTimeKemPreKey[] = []
  let id = store.nextId
  for (let made = 0; made < count; made++) {
    fresh.push({ id, stage, ...provider.primitives.x25519.keyPairFromSeed(provider.random(32)) })
    freshKem.push({ ...makeKemPreKey(provider, deviceKeys, id + 1, nowMs), stage })
    id += 2
  }
  return {
    ...store,
    nextId: id,
    oneTimePreKeys: [...store.oneTimePreKeys, ...fresh].slice(-LIMITS.oneTimePreKeysKept),
    oneTimeKemPreKeys: [...store.oneTimeKemPreKeys, ...freshKem].slice(-LIMITS.oneTimePreKeysKept),
  }
}

const withdrawn = (key: HeldOneTimePreKey): HeldOneTimePreKey => (key.stage === 'publish' ? { ...key, stage: 'out' } : key)
const withdrawnKem = (key: HeldOneTimeKemPreKey): HeldOneTimeKemPreKey => (key.stage === 'publish' ? { ...key, stage: 'out', published: null } : key)

function makeSignedPreKey(provider: CryptoProvider, deviceKeys: SigningKeyPair, id: number, createdMs: number): HeldSignedPreKey {
  const { x25519, ed25519 } = provider.primitives
  const { publicKey, privateKey } = x25519.keyPairFromSeed(provider.random(32))
  const signature = ed25519.sign(preKeySigningInput('signed prekey', { id, publicKey, createdMs }), deviceKeys)
  return { id, createdMs, publicKey, privateKey, signature }
}

function makeKemPreKey(provider: CryptoProvider, deviceKeys: SigningKeyPair, id: number, createdMs: number): HeldKemPreKey {
  const { mlKem768, ed25519 } = provider.primitives
  const seed = provider.random(64)
  const { publicKey } = mlKem768.keyPairFromSeed(seed)
  const signature = ed25519.sign(preKeySigningInput('kem prekey', { id, publicKey, createdMs }), deviceKeys)
  return { id, createdMs, seed, published: { publicKey, signature } }
}
