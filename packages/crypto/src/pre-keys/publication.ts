/** Prekeys on their way out: to a relay that keeps them, or to one initiator directly (PROTOCOL §2). */
import {
  type Certificate,
  type KemPreKey,
  type OneTimePreKey,
  type PreKeyBundle,
  type PreKeyPublication,
  preKeySigningInput,
  type SignedPreKey,
} from '@sotto/wire'
import type { Primitives, SigningKeyPair } from '../primitives/primitives.ts'
import type { Suite } from '../suite.ts'
import { drawOneTimeKeys, type PreKeyStore, type PrivatePreKey } from './pre-key-store.ts'

/** Whose prekeys they are. `deviceKeyPair` is the one of the certificate. */
export interface PreKeyOwner {
  readonly certificate: Certificate
  readonly deviceKeyPair: SigningKeyPair
}

function newest(keys: readonly PrivatePreKey[]): PrivatePreKey {
  const last = keys.at(-1)
  if (last === undefined) throw new TypeError('a prekey store without a key')
  return last
}

const publicPart = (primitives: Primitives, { id, seed }: PrivatePreKey): OneTimePreKey => ({
  id,
  publicKey: primitives.x25519.keyPairFromSeed(seed).publicKey,
})

function signedPart(primitives: Primitives, owner: PreKeyOwner, key: PrivatePreKey): SignedPreKey {
  const body = { ...publicPart(primitives, key), createdMs: key.createdMs }
  return { ...body, signature: primitives.ed25519.sign(preKeySigningInput('signed prekey', body), owner.deviceKeyPair) }
}

function kemPart(primitives: Primitives, owner: PreKeyOwner, { id, seed, createdMs }: PrivatePreKey): KemPreKey {
  const body = { id, publicKey: primitives.mlKem768.keyPairFromSeed(seed).publicKey, createdMs }
  return { ...body, signature: primitives.ed25519.sign(preKeySigningInput('kem prekey', body), owner.deviceKeyPair) }
}

/**
 * What to publish at one relay: the signed and last-resort prekeys of now, and `count` fresh one-time prekeys of each
 * kind. Every call draws its own, so that two relays never give out the same key. The store must be durable before the
 * publication leaves. 100 of them take about 50 ms.
 */
export function publishPreKeys(
  suite: Suite,
  owner: PreKeyOwner,
  store: PreKeyStore,
  count: number,
  nowMs: number,
): { readonly store: PreKeyStore; readonly publication: PreKeyPublication } {
  const { primitives } = suite
  const drawn = drawOneTimeKeys(suite, store, count, nowMs)
  return {
    store: drawn.store,
    publication: {
      certificate: owner.certificate,
      signedPreKey: signedPart(primitives, owner, newest(store.signedPreKeys)),
      lastResortKemPreKey: kemPart(primitives, owner, newest(store.lastResortKemPreKeys)),
      oneTimePreKeys: drawn.oneTime.map((key) => publicPart(primitives, key)),
      oneTimeKemPreKeys: drawn.oneTimeKem.map((key) => kemPart(primitives, owner, key)),
    },
  }
}

/** A bundle with fresh one-time prekeys for one initiator. The store must be durable before the bundle leaves. */
export function handOutBundle(
  suite: Suite,
  owner: PreKeyOwner,
  store: PreKeyStore,
  nowMs: number,
): { readonly store: PreKeyStore; readonly bundle: PreKeyBundle } {
  const { primitives } = suite
  const drawn = drawOneTimeKeys(suite, store, 1, nowMs)
  return {
    store: drawn.store,
    bundle: {
      certificate: owner.certificate,
      signedPreKey: signedPart(primitives, owner, newest(store.signedPreKeys)),
      kemPreKey: kemPart(primitives, owner, newest(drawn.oneTimeKem)),
      oneTimePreKeys: drawn.oneTime.map((key) => publicPart(primitives, key)),
    },
  }
}
