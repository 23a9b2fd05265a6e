import type { Primitives, RandomBytes } from '@sotto/crypto/primitives'
import { concat, L, utf8 } from '@sotto/wire'
import type { RowCipher } from '../ports.ts'
import type { ErasableSecrets } from './erasable-secrets.ts'

const NONCE_BYTES = 24

/** A row cipher whose keys can be replaced and dropped. */
export interface LockableRowCipher extends RowCipher {
  /** Replaces the row keys by those of these secrets, and overwrites the others. */
  readonly useRowKeys: (secrets: ErasableSecrets) => void
  /** Overwrites the keys (best effort: the runtime may have copied them). Any later use throws. */
  readonly forgetKeys: () => void
}

/**
 * The cipher of everything at rest (PROTOCOL §9). Values: XChaCha20-Poly1305 under a random 24-byte nonce, which stands
 * before the ciphertext, 40 bytes longer in all. Indexes and marks: HMAC-SHA-256. Each has its own key, by HKDF from the 32-byte
 * data key and the secrets beside the header. The caller owns `dataKey` and may wipe it afterwards.
 *
 * The primitives come in as a value; this room imports their type only.
 */
export function createRowCipher(primitives: Primitives, random: RandomBytes, dataKey: Uint8Array, secrets: ErasableSecrets): LockableRowCipher {
  if (dataKey.length !== 32) throw new RangeError(`a data key has 32 bytes, not ${dataKey.length}`)
  const root = concat(dataKey, secrets.lasting)
  const derive = (label: Parameters<typeof L>[0]): Uint8Array => primitives.hkdfSha256(root, new Uint8Array(32), L(label), 32)
  const indexKey = derive('row index')
  const sealKey = derive('row seal')
  const markKey = derive('row mark')
  const rowRoot = derive('row key')
  root.fill(0)
  const rowKeysOf = ({ newest, older }: ErasableSecrets): readonly [Uint8Array, ...Uint8Array[]] => {
    const keyOf = (secret: Uint8Array): Uint8Array => primitives.hmacSha256(rowRoot, L('row key'), secret)
    return older === null ? [keyOf(newest.secret)] : [keyOf(newest.secret), keyOf(older.secret)]
  }
  let rowKeys = rowKeysOf(secrets)
  let isLocked = false

  const refuseIfLocked = (): void => {
    if (isLocked) throw new Error('the vault is locked')
  }
  const sealUnder = (key: Uint8Array, value: Uint8Array, context: Uint8Array): Uint8Array => {
    refuseIfLocked()
    const nonce = random(NONCE_BYTES)
    return concat(nonce, primitives.xchacha20Poly1305.seal(key, nonce, value, concat(L('row seal'), context)))
  }
  const openUnder = (key: Uint8Array, sealed: Uint8Array, context: Uint8Array): Uint8Array | undefined => {
    refuseIfLocked()
    if (sealed.length < NONCE_BYTES) return undefined
    const nonce = sealed.subarray(0, NONCE_BYTES)
    return primitives.xchacha20Poly1305.open(key, nonce, sealed.subarray(NONCE_BYTES), concat(L('row seal'), context))
  }

  return {
    index: (name) => {
      refuseIfLocked()
      return primitives.hmacSha256(indexKey, L('row index'), utf8(name))
    },
    seal: (value, context) => sealUnder(sealKey, value, context),
    open: (sealed, context) => openUnder(sealKey, sealed, context),
    sealRow: (value, context) => sealUnder(rowKeys[0], value, context),
    openRow: (sealed, context) => {
      for (const [age, key] of rowKeys.entries()) {
        const value = openUnder(key, sealed, context)
        if (value !== undefined) return { value, isUnderNewestKey: age === 0 }
      }
      return undefined
    },
    drawKey: () => {
      refuseIfLocked()
      return random(32)
    },
    sealWith: sealUnder,
    openWith: openUnder,
    // No two values are sealed under one nonce, and what stands behind it opens only with it.
    mark: (name, sealed) => {
      refuseIfLocked()
      return primitives.hmacSha256(markKey, L('row mark'), name, sealed.subarray(0, NONCE_BYTES))
    },
    useRowKeys: (next) => {
      refuseIfLocked()
      const before = rowKeys
      rowKeys = rowKeysOf(next)
      for (const key of before) key.fill(0)
    },
    forgetKeys: () => {
      isLocked = true
      for (const key of [markKey, indexKey, sealKey, rowRoot, ...rowKeys]) key.fill(0)
    },
  }
}
