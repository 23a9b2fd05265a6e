/**
 * New row keys (PROTOCOL §9): what was a row once, and was deleted or replaced, opens no more when the key that it was sealed
 * under is erased. First the new secret is durable beside the older one, then all rows are sealed again, then the older one is
 * erased. So whatever interrupts it, every row opens, and the next start continues.
 */
import type { RandomBytes } from '@sotto/crypto/primitives'
import { LIMITS } from '@sotto/wire'
import type { SecretsFile } from './erasable-secrets.ts'
import type { LockableRowCipher } from './row-cipher.ts'

export interface RowKeyRotation {
  /** `isDue`: however old the key is. True if rows may be under an older key, because of this call or an interrupted one. When none is any more: `finish`. */
  readonly begin: (how?: { readonly isDue: boolean }) => Promise<boolean>
  /** Erases the older key. Only once no row is sealed under it. */
  readonly finish: () => Promise<void>
}

export interface RotationNeeds {
  readonly cipher: LockableRowCipher
  readonly file: SecretsFile
  readonly random: RandomBytes
  readonly nowMs: () => number
}

/** The rotation of an open vault. After `forgetKeys` it does nothing. */
export function rotateRowKeys({ cipher, file, random, nowMs }: RotationNeeds): RowKeyRotation & { readonly forgetKeys: () => void } {
  let isForgotten = false
  const use = (): void => {
    if (!isForgotten) cipher.useRowKeys(file.secrets())
  }
  return {
    begin: async (how) => {
      if (isForgotten) return false
      const { lasting, newest, older } = file.secrets()
      if (older !== null) return true
      const ageMs = nowMs() - newest.sinceMs
      // A clock that was set back says nothing about the age: better once too often.
      if (how?.isDue !== true && ageMs >= 0 && ageMs < LIMITS.rowKeyMs) return false
      await file.replace({ lasting, newest: { secret: random(32), sinceMs: nowMs() }, older: newest })
      use()
      return !isForgotten
    },
    finish: async () => {
      if (isForgotten) return
      const { lasting, newest } = file.secrets()
      await file.replace({ lasting, newest, older: null })
      use()
    },
    forgetKeys: () => {
      isForgotten = true
      cipher.forgetKeys()
      file.forget()
    },
  }
}
