/**
 * A publication as a relay keeps it: numbers and bytes that only those open who know the inbox's address. So a relay
 * learns neither whose prekeys they are nor whose device an inbox is (relay brief, "Mailbox protocol").
 */
import {
  certificate,
  type Codec,
  concat,
  decode,
  encode,
  type FetchedKeys,
  kemPreKey,
  type KeyPublication,
  L,
  oneTimePreKey,
  type PreKeyBundle,
  type PreKeyPublication,
  signedPreKey,
  struct,
  versioned,
} from '@sotto/wire'
import type { Primitives } from '../primitives/primitives.ts'
import type { Suite } from '../suite.ts'

const NONCE_BYTES = 24
const shared = versioned(1, struct({ certificate, signedPreKey }))

/** Keeps a part from being shown in another's place. */
const adOf = (part: 'shared' | 'oneTime' | 'kem'): Uint8Array =>
  concat(L('prekey bundle'), Uint8Array.of(['shared', 'oneTime', 'kem'].indexOf(part)))

function seal<T>(suite: Suite, bundleKey: Uint8Array, part: 'shared' | 'oneTime' | 'kem', codec: Codec<T>, value: T): Uint8Array {
  const nonce = suite.random(NONCE_BYTES)
  return concat(nonce, suite.primitives.xchacha20Poly1305.seal(bundleKey, nonce, encode(codec, value), adOf(part)))
}

function open<T>(primitives: Primitives, bundleKey: Uint8Array, part: 'shared' | 'oneTime' | 'kem', codec: Codec<T>, sealed: Uint8Array): T | undefined {
  if (sealed.length < NONCE_BYTES) return undefined
  const nonce = sealed.slice(0, NONCE_BYTES)
  const plaintext = primitives.xchacha20Poly1305.open(bundleKey, nonce, sealed.slice(NONCE_BYTES), adOf(part))
  return plaintext === undefined ? undefined : decode(codec, plaintext)
}

/** Seals a publication for a relay. `bundleKey` (32 bytes) is the one in the inbox's address. */
export function sealPublication(suite: Suite, bundleKey: Uint8Array, publication: PreKeyPublication): KeyPublication {
  return {
    shared: seal(suite, bundleKey, 'shared', shared, publication),
    lastResort: seal(suite, bundleKey, 'kem', kemPreKey, publication.lastResortKemPreKey),
    oneTime: publication.oneTimePreKeys.map((key) => ({ id: key.id, key: seal(suite, bundleKey, 'oneTime', oneTimePreKey, key) })),
    oneTimeKem: publication.oneTimeKemPreKeys.map((key) => ({ id: key.id, key: seal(suite, bundleKey, 'kem', kemPreKey, key) })),
  }
}

/** Opens what a relay handed out. `undefined` where any part is not of this address. Nothing is verified: `acceptBundle`. */
export function openPublication(primitives: Primitives, bundleKey: Uint8Array, fetched: FetchedKeys): PreKeyBundle | undefined {
  const opened = open(primitives, bundleKey, 'shared', shared, fetched.shared)
  const kem = open(primitives, bundleKey, 'kem', kemPreKey, fetched.kem)
  const oneTime = fetched.oneTime === null ? null : open(primitives, bundleKey, 'oneTime', oneTimePreKey, fetched.oneTime)
  if (opened === undefined || kem === undefined || oneTime === undefined) return undefined
  return { ...opened, kemPreKey: kem, oneTimePreKeys: oneTime === null ? [] : [oneTime] }
}
