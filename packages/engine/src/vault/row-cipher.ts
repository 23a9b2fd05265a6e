import type { Primitives, RandomBytes } from '@sotto/crypto/primitives'
import { concat, L, utf8 } from '@sotto/wire'
import type { RowCipher } from '../ports.ts'

const NONCE_BYTES = 24

/** A row cipher whose keys can be dropped. */
export interface LockableRowCipher extends RowCipher {
  /** Overwrites the keys (best effort: the runtime may have copied them). Any later use throws. */
  readonly forgetKeys: () => void
}

/**
 * The cipher of everything at rest (PROTOCOL §9). Values: XChaCha20-Poly1305 under a random 24-byte nonce, which stands
 * before the ciphertext, 40 bytes longer in all. Indexes and marks: HMAC-SHA-256. Each has its own key, from the 32-byte data key
 * by HKDF. The caller owns `dataKey` and may wipe it afterwards.
 *
 * The primitives come in as a value; this room imports their type only.
 */
export function createRowCipher(primitives: Primitives, random: RandomBytes, dataKey: Uint8Array): LockableRowCipher {
  if (dataKey.length !== 32) throw new RangeError(`a data key has 32 bytes, not ${dataKey.length}`)
  const salt = new Uint8Array(32)
  const indexKey = primitives.hkdfSha256(dataKey, salt, L('row index'), 32)
  const sealKey = primitives.hkdfSha256(dataKey, salt, L('row seal'), 32)
  const markKey = primitives.hkdfSha256(dataKey, salt, L('row mark'), 32)
  let isLocked = false

  const refuseIfLocked = (): void => {
    if (isLocked) throw new Error('the vault is locked')
  }

  return {
    index: (name) => {
      refuseIfLocked()
      return primitives.hmacSha256(indexKey, L('row index'), utf8(name))
    },
    seal: (value, context) => {
      refuseIfLocked()
      const nonce = random(NONCE_BYTES)
      return concat(nonce, primitives.xchacha20Poly1305.seal(sealKey, nonce, value, concat(L('row seal'), context)))
    },
    open: (sealed, context) => {
      refuseIfLocked()
      if (sealed.length < NONCE_BYTES) return undefined
      const nonce = sealed.subarray(0, NONCE_BYTES)
      const ciphertext = sealed.subarray(NONCE_BYTES)
      return primitives.xchacha20Poly1305.open(sealKey, nonce, ciphertext, concat(L('row seal'), context))
    },
    // No two values are sealed under one nonce, and what stands behind it opens only with it.
    mark: (name, sealed) => {
      refuseIfLocked()
      return primitives.hmacSha256(markKey, L('row mark'), name, sealed.subarray(0, NONCE_BYTES))
    },
    forgetKeys: () => {
      isLocked = true
      markKey.fill(0)
      indexKey.fill(0)
      sealKey.fill(0)
    },
  }
}
