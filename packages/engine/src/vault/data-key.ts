/** The data key in the header: wrapped by a passphrase, or unprotected (PROTOCOL §9). */
import type { Primitives, RandomBytes } from '@sotto/crypto/primitives'
import { concat, encode, fixedBytes, L, LIMITS, struct, uint32, uint8, utf8 } from '@sotto/wire'
import type { VaultPort } from '../ports.ts'
import { formsOfPassphrase, mapPassphrase } from './passphrase.ts'
import { countTry, forgetTries, nextTryMs } from './wrong-tries.ts'
import { decodeVaultHeader, type VaultHeader } from './vault-header.ts'

interface Dependencies {
  readonly primitives: Primitives
  readonly random: RandomBytes
  readonly port: VaultPort
  readonly nowMs: () => number
}

/** In Unicode code points. */
export type TooShort = { readonly code: 'passphraseTooShort'; readonly length: number; readonly limit: number }

/** What is too short about a passphrase; null: nothing, or there is none. */
export function lengthFault(passphrase: string | null): TooShort | null {
  const length = passphrase === null ? LIMITS.passphraseCharacters : [...mapPassphrase(passphrase)].length
  return length < LIMITS.passphraseCharacters ? { code: 'passphraseTooShort', length, limit: LIMITS.passphraseCharacters } : null
}

export type Unopened =
  | { readonly code: 'noProfile' }
  | { readonly code: 'wrongPassphrase' }
  /** After wrong ones: none is taken before. */
  | { readonly code: 'passphraseTooSoon'; readonly nextTryMs: number }
  /** The header cannot be read: no passphrase opens this profile. */
  | { readonly code: 'storageDamaged' }
  /** A later version wrote the header. */
  | { readonly code: 'storageNewer' }

/** The data key, which is the caller's to erase. A profile without a passphrase ignores the one passed in. */
export async function readDataKey(
  dependencies: Omit<Dependencies, 'random'>,
  passphrase: string | null,
): Promise<{ readonly code: 'found'; readonly dataKey: Uint8Array; readonly hasPassphrase: boolean } | Unopened> {
  const { primitives, port } = dependencies
  const bytes = await port.read()
  if (bytes === undefined) return { code: 'noProfile' }
  const header = decodeVaultHeader(primitives, bytes)
  switch (header.kind) {
    case 'storageDamaged':
    case 'storageNewer':
      return { code: header.kind }
    case 'unprotected':
      return { code: 'found', dataKey: header.dataKey, hasPassphrase: false }
    case 'protected': {
      if (passphrase === null) return { code: 'wrongPassphrase' }
      const atMs = await nextTryMs(dependencies)
      if (atMs !== null) return { code: 'passphraseTooSoon', nextTryMs: atMs }
      await countTry(dependencies)
      for (const form of formsOfPassphrase(passphrase)) {
        const wrapKey = await stretchPassphrase(primitives, port, header, form)
        const dataKey = primitives.xchacha20Poly1305.open(wrapKey, header.nonce, header.wrappedDataKey, wrapContext(header))
        wrapKey.fill(0)
        if (dataKey === undefined) continue
        await forgetTries(dependencies)
        return { code: 'found', dataKey, hasPassphrase: true }
      }
      return { code: 'wrongPassphrase' }
    }
  }
}

/** A header with the data key under a passphrase, or unprotected. */
export async function headerFor(dependencies: Dependencies, dataKey: Uint8Array, passphrase: string | null): Promise<VaultHeader> {
  return passphrase === null ? { kind: 'unprotected', dataKey } : wrapDataKey(dependencies, dataKey, mapPassphrase(passphrase))
}

type ProtectedHeader = Extract<VaultHeader, { kind: 'protected' }>
type Stretching = Pick<ProtectedHeader, 'salt' | 'cost'>

async function wrapDataKey({ primitives, random, port }: Dependencies, dataKey: Uint8Array, passphrase: string): Promise<ProtectedHeader> {
  const stretching: Stretching = {
    salt: random(16),
    cost: { memoryKib: LIMITS.argon2MemoryKib, passes: LIMITS.argon2Passes },
  }
  const nonce = random(24)
  const wrapKey = await stretchPassphrase(primitives, port, stretching, passphrase)
  const wrappedDataKey = primitives.xchacha20Poly1305.seal(wrapKey, nonce, dataKey, wrapContext(stretching))
  wrapKey.fill(0)
  return { kind: 'protected', ...stretching, nonce, wrappedDataKey }
}

async function stretchPassphrase(primitives: Primitives, port: VaultPort, { salt, cost }: Stretching, passphrase: string): Promise<Uint8Array> {
  const password = utf8(passphrase)
  const stretched = await port.stretch(password, salt, cost)
  password.fill(0)
  const wrapKey = primitives.hkdfSha256(stretched, salt, L('vault'), 32)
  stretched.fill(0)
  return wrapKey
}

const stretchingCodec = struct({ salt: fixedBytes<Uint8Array>(16), cost: struct({ memoryKib: uint32, passes: uint8 }) })

/** Binds the wrapped key to the parameters that stretched its passphrase. */
const wrapContext = ({ salt, cost }: Stretching): Uint8Array => concat(L('vault'), encode(stretchingCodec, { salt, cost }))
