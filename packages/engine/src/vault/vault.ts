/**
 * The vault: a random data key seals everything at rest, and an optional passphrase wraps that key (PROTOCOL §9).
 * Nothing here knows where the header lies or how long stretching takes: that is the vault port's.
 *
 * Not for: what the rows say (core), and when to lock (the host).
 */
import type { Primitives, RandomBytes } from '@sotto/crypto/primitives'
import { concat, encode, fixedBytes, L, LIMITS, struct, uint32, uint8, utf8 } from '@sotto/wire'
import type { RowCipher, VaultPort } from '../ports.ts'
import { formsOfPassphrase, mapPassphrase } from './passphrase.ts'
import { createRowCipher } from './row-cipher.ts'
import type { LockableRowCipher } from './row-cipher.ts'
import { decodeVaultHeader, encodeVaultHeader } from './vault-header.ts'
import type { VaultHeader } from './vault-header.ts'

/** What a vault needs from outside. */
export interface VaultDependencies {
  readonly primitives: Primitives
  readonly random: RandomBytes
  readonly port: VaultPort
}

/** An open vault. Drop it with `cipher.forgetKeys()`. */
export interface OpenVault {
  readonly cipher: LockableRowCipher
  readonly hasPassphrase: boolean
}

export type CreateVaultOutcome =
  | { readonly code: 'created'; readonly vault: OpenVault }
  | { readonly code: 'profileExists' }
  /** In Unicode code points. */
  | { readonly code: 'passphraseTooShort'; readonly length: number; readonly limit: number }

export type UnlockVaultOutcome =
  | { readonly code: 'unlocked'; readonly vault: OpenVault }
  | { readonly code: 'noProfile' }
  | { readonly code: 'wrongPassphrase' }
  /** The header cannot be read: no passphrase opens this profile. */
  | { readonly code: 'storageDamaged' }
  /** A later version wrote the header. */
  | { readonly code: 'storageNewer' }

/** Whether there is a profile, and what opens it. */
export type VaultState = 'noProfile' | 'unprotected' | 'protected' | 'storageDamaged' | 'storageNewer'

/** Reads the header only: nothing is stretched or opened. */
export async function readVaultState({ primitives, port }: Omit<VaultDependencies, 'random'>): Promise<VaultState> {
  const bytes = await port.read()
  if (bytes === undefined) return 'noProfile'
  return decodeVaultHeader(primitives, bytes).kind
}

/**
 * Creates a vault. `passphrase` null: the data key lies in the header unprotected, and anyone with the disk has
 * everything. What an interrupted wipe or creation left is deleted first. `fill` writes the first rows before the
 * header, so from the moment that there is a header the profile is whole.
 */
export async function createVault(
  { primitives, random, port }: VaultDependencies,
  passphrase: string | null,
  fill: (cipher: RowCipher) => Promise<void> = async () => {},
): Promise<CreateVaultOutcome> {
  const length = passphrase === null ? null : [...mapPassphrase(passphrase)].length
  if (length !== null && length < LIMITS.passphraseCharacters) {
    return { code: 'passphraseTooShort', length, limit: LIMITS.passphraseCharacters }
  }
  if ((await port.read()) !== undefined) return { code: 'profileExists' }
  await port.wipe()
  const dataKey = random(32)
  const header: VaultHeader =
    passphrase === null ? { kind: 'unprotected', dataKey } : await wrapDataKey({ primitives, random, port }, dataKey, mapPassphrase(passphrase))
  const encoded = encodeVaultHeader(primitives, header)
  const vault = openWith(primitives, random, dataKey, passphrase !== null)
  try {
    await fill(vault.cipher)
    await port.write(encoded)
  } catch (error) {
    vault.cipher.forgetKeys()
    throw error
  }
  return { code: 'created', vault }
}

/** Opens the existing vault. A profile without a passphrase ignores the one passed in. */
export async function unlockVault({ primitives, random, port }: VaultDependencies, passphrase: string | null): Promise<UnlockVaultOutcome> {
  const bytes = await port.read()
  if (bytes === undefined) return { code: 'noProfile' }
  const header = decodeVaultHeader(primitives, bytes)
  switch (header.kind) {
    case 'storageDamaged':
    case 'storageNewer':
      return { code: header.kind }
    case 'unprotected':
      return { code: 'unlocked', vault: openWith(primitives, random, header.dataKey, false) }
    case 'protected': {
      if (passphrase === null) return { code: 'wrongPassphrase' }
      for (const form of formsOfPassphrase(passphrase)) {
        const wrapKey = await stretchPassphrase(primitives, port, header, form)
        const dataKey = primitives.xchacha20Poly1305.open(wrapKey, header.nonce, header.wrappedDataKey, wrapContext(header))
        wrapKey.fill(0)
        if (dataKey !== undefined) return { code: 'unlocked', vault: openWith(primitives, random, dataKey, true) }
      }
      return { code: 'wrongPassphrase' }
    }
  }
}

type ProtectedHeader = Extract<VaultHeader, { kind: 'protected' }>
type Stretching = Pick<ProtectedHeader, 'salt' | 'cost'>

async function wrapDataKey({ primitives, random, port }: VaultDependencies, dataKey: Uint8Array, passphrase: string): Promise<ProtectedHeader> {
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

function openWith(primitives: Primitives, random: RandomBytes, dataKey: Uint8Array, hasPassphrase: boolean): OpenVault {
  const cipher = createRowCipher(primitives, random, dataKey)
  dataKey.fill(0)
  return { cipher, hasPassphrase }
}
