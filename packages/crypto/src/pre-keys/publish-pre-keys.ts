/** What a device shows of its prekeys: to a relay, sealed for those who know its address, or to another device directly. */
import {
  type Certificate,
  certificate,
  type Codec,
  concat,
  decode,
  encode,
  type FetchedKeys,
  type KemPreKey,
  kemPreKey,
  type KeyPublication,
  L,
  type OneTimePreKey,
  oneTimePreKey,
  type PreKeyBundle,
  type PreKeyPublication,
  type SignedPreKey,
  signedPreKey,
  struct,
} from '@sotto/wire'
import type { Primitives } from '../primitives/primitives.ts'
import type { CryptoProvider } from '../crypto-provider.ts'
import type { HeldKemPreKey, HeldSignedPreKey, OneTimeStage, PreKeyStore } from './pre-key-store.ts'

/** What goes to a relay next: the current signed keys, and the one-time keys of the last `topUpPreKeys`. */
export function preKeyPublicationOf(store: PreKeyStore, certificate: Certificate): PreKeyPublication {
  return {
    certificate,
    ...currentKeys(store),
    oneTimePreKeys: store.oneTimePreKeys.filter((key) => key.stage === 'publish').map(({ id, publicKey }) => ({ id, publicKey })),
    oneTimeKemPreKeys: store.oneTimeKemPreKeys.filter((key) => key.stage === 'publish').map(publicKem),
  }
}

/** A bundle to hand out directly, with one-time keys that nobody else gets while some are left, and the store without them. */
export function bundleFor(store: PreKeyStore, certificate: Certificate): { readonly bundle: PreKeyBundle; readonly store: PreKeyStore } {
  const { signedPreKey, lastResortKemPreKey } = currentKeys(store)
  const oneTime = store.oneTimePreKeys.find((key) => key.stage === 'handOut')
  const kem = store.oneTimeKemPreKeys.find((key) => key.stage === 'handOut')
  const out: OneTimeStage = 'out'
  return {
    bundle: {
      certificate,
      signedPreKey,
      kemPreKey: kem === undefined ? lastResortKemPreKey : publicKem(kem),
      oneTimePreKeys: oneTime === undefined ? [] : [{ id: oneTime.id, publicKey: oneTime.publicKey }],
    },
    store: {
      ...store,
      oneTimePreKeys: store.oneTimePreKeys.map((key) => (key === oneTime ? { ...key, stage: out } : key)),
      oneTimeKemPreKeys: store.oneTimeKemPreKeys.map((key) => (key === kem ? { ...key, stage: out, published: null } : key)),
    },
  }
}

/**
 * A bundle that several may use, such as the one in a request to join: the admitting device opens a session with it, and two
 * may admit at once. No one-time keys, as when a relay has none left (PQXDH §3.2); replays are known by their hash.
 */
export function sharedBundleFor(store: PreKeyStore, certificate: Certificate): PreKeyBundle {
  const { signedPreKey, lastResortKemPreKey } = currentKeys(store)
  return { certificate, signedPreKey, kemPreKey: lastResortKemPreKey, oneTimePreKeys: [] }
}

function currentKeys(store: PreKeyStore): { readonly signedPreKey: SignedPreKey; readonly lastResortKemPreKey: KemPreKey } {
  const [signed] = store.signedPreKeys
  const [kem] = store.lastResortKemPreKeys
  if (signed === undefined || kem === undefined) throw new RangeError('a store of prekeys has a signed and a last-resort one')
  return { signedPreKey: publicSigned(signed), lastResortKemPreKey: publicKem(kem) }
}

const publicSigned = ({ id, publicKey, createdMs, signature }: HeldSignedPreKey): SignedPreKey => ({
  id,
  publicKey,
  createdMs,
  signature,
})

function publicKem({ id, createdMs, published }: HeldKemPreKey): KemPreKey {
  if (published === null) throw new RangeError('a prekey that is out is not published again')
  return { id, createdMs, ...published }
}

const shared = struct({ certificate, signedPreKey })

/** Parts are sealed apart, each as what it is, so that a relay cannot put one in another's place. */
type Part = 'shared' | 'oneTime' | 'kem'
const PART_BYTE: { readonly [P in Part]: number } = { shared: 1, oneTime: 2, kem: 3 }
const NONCE_BYTES = 24

const partAd = (part: Part): Uint8Array => concat(L('prekey bundle'), Uint8Array.of(PART_BYTE[part]))

function sealPart<T>(provider: CryptoProvider, bundleKey: Uint8Array, part: Part, codec: Codec<T>, value: T): Uint8Array {
  const nonce = provider.random(NONCE_BYTES)
  return concat(nonce, provider.primitives.xchacha20Poly1305.seal(bundleKey, nonce, encode(codec, value), partAd(part)))
}

function openPart<T>(primitives: Primitives, bundleKey: Uint8Array, part: Part, codec: Codec<T>, sealed: Uint8Array): T | undefined {
  const nonce = sealed.slice(0, NONCE_BYTES)
  if (nonce.length < NONCE_BYTES) return undefined
  const opened = primitives.xchacha20Poly1305.open(bundleKey, nonce, sealed.slice(NONCE_BYTES), partAd(part))
  return opened === undefined ? undefined : decode(codec, opened)
}

/**
 * Seals a publication for a relay, which sees ids and lengths only: signatures too would name the device to a relay that
 * knows its key. `bundleKey`: the 32 bytes of the device's inbox address.
 */
export function sealPublication(provider: CryptoProvider, bundleKey: Uint8Array, publication: PreKeyPublication): KeyPublication {
  return {
    shared: sealPart(provider, bundleKey, 'shared', shared, publication),
    lastResort: sealPart(provider, bundleKey, 'kem', kemPreKey, publication.lastResortKemPreKey),
    oneTime: publication.oneTimePreKeys.map((key: OneTimePreKey) => ({
      id: key.id,
      key: sealPart(provider, bundleKey, 'oneTime', oneTimePreKey, key),
    })),
    oneTimeKem: publication.oneTimeKemPreKeys.map((key) => ({
      id: key.id,
      key: sealPart(provider, bundleKey, 'kem', kemPreKey, key),
    })),
  }
}

/** The bundle that a relay handed out, not yet checked; `undefined` where any part is not what was sealed with this key. */
export function openPublication(primitives: Primitives, bundleKey: Uint8Array, fetched: FetchedKeys): PreKeyBundle | undefined {
  const common = openPart(primitives, bundleKey, 'shared', shared, fetched.shared)
  const kem = openPart(primitives, bundleKey, 'kem', kemPreKey, fetched.kem)
  if (common === undefined || kem === undefined) return undefined
  if (fetched.oneTime === null) return { ...common, kemPreKey: kem, oneTimePreKeys: [] }
  const oneTime = openPart(primitives, bundleKey, 'oneTime', oneTimePreKey, fetched.oneTime)
  return oneTime === undefined ? undefined : { ...common, kemPreKey: kem, oneTimePreKeys: [oneTime] }
}
