/**
 * The vault: everything at rest is sealed under keys from a random data key, which an optional passphrase wraps, and from
 * secrets in a file that can be erased (PROTOCOL §9). Nothing here knows where the header lies or how long stretching takes: that is the vault port's.
 *
 * Not for: what the rows say (core), and when to lock (the host).
 */
import type { Primitives, RandomBytes } from '@sotto/crypto/primitives'
import { concat, encode, fixedBytes, L, LIMITS, struct, uint32, uint8, utf8 } from '@sotto/wire'
import type { RowCipher, VaultPort } from '../ports.ts'
import { formsOfPassphrase, mapPassphrase } from './passphrase.ts'
import { areSecretsErased, createSecretsFile, readSecretsFile, secretsFileKey, type SecretsFile } from './erasable-secrets.ts'
import { createRowCipher } from './row-cipher.ts'
import { type RowKeyRotation, rotateRowKeys } from './row-key-rotation.ts'
import { decodeVaultHeader, encodeVaultHeader } from './vault-header.ts'
import type { VaultHeader } from './vault-header.ts'

/** What a vault needs from outside. */
export interface VaultDependencies {
  readonly primitives: Primitives
  readonly random: RandomBytes
  readonly port: VaultPort
  /** Milliseconds since the epoch. */
  readonly nowMs: () => number
}

/** An open vault. Drop it with `forgetKeys()`. */
export interface OpenVault {
  readonly cipher: RowCipher
  readonly hasPassphrase: boolean
  readonly rowKeys: RowKeyRotation
  /** Any later use of the cipher throws, and the row keys stay as they are. */
  readonly forgetKeys: () => void
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
  /** The header or the secrets cannot be read: no passphrase opens this profile. */
  | { readonly code: 'storageDamaged' }
  /** A later version wrote the header. */
  | { readonly code: 'storageNewer' }

/** Whether there is a profile, and what opens it. `erased`: a wipe was interrupted, and nothing opens any more. */
export type VaultState = 'noProfile' | 'erased' | 'unprotected' | 'protected' | 'storageDamaged' | 'storageNewer'

/** Nothing is stretched or opened. */
export async function readVaultState({ primitives, port }: Pick<VaultDependencies, 'primitives' | 'port'>): Promise<VaultState> {
  const bytes = await port.read()
  if (bytes === undefined) return 'noProfile'
  return (await areSecretsErased(port.secrets)) ? 'erased' : decodeVaultHeader(primitives, bytes).kind
}

/**
 * Creates a vault. `passphrase` null: the data key lies in the header unprotected, and anyone with the disk has
 * everything. What an interrupted wipe or creation left is deleted first. The secrets and, by `fill`, the first rows are written
 * before the header, so from the moment that there is a header the profile is whole.
 */
export async function createVault(
  dependencies: VaultDependencies,
  passphrase: string | null,
  fill: (cipher: RowCipher) => Promise<void> = async () => {},
): Promise<CreateVaultOutcome> {
  const { primitives, random, port } = dependencies
  const length = passphrase === null ? null : [...mapPassphrase(passphrase)].length
  if (length !== null && length < LIMITS.passphraseCharacters) {
    return { code: 'passphraseTooShort', length, limit: LIMITS.passphraseCharacters }
  }
  if ((await port.read()) !== undefined) return { code: 'profileExists' }
  await port.wipe()
  const dataKey = random(32)
  const header: VaultHeader = passphrase === null ? { kind: 'unprotected', dataKey } : await wrapDataKey(dependencies, dataKey, mapPassphrase(passphrase))
  const encoded = encodeVaultHeader(primitives, header)
  const file = await createSecretsFile({ primitives, random, file: port.secrets, key: secretsFileKey(primitives, dataKey) }, dependencies.nowMs())
  const vault = openWith(dependencies, dataKey, file, passphrase !== null)
  try {
    await fill(vault.cipher)
    await port.write(encoded)
  } catch (error) {
    vault.forgetKeys()
    throw error
  }
  return { code: 'created', vault }
}

/** Opens the existing vault. A profile without a passphrase ignores the one passed in. */
export async function unlockVault(dependencies: VaultDependencies, passphrase: string | null): Promise<UnlockVaultOutcome> {
  const { primitives, port } = dependencies
  const bytes = await port.read()
  if (bytes === undefined) return { code: 'noProfile' }
  const header = decodeVaultHeader(primitives, bytes)
  switch (header.kind) {
    case 'storageDamaged':
    case 'storageNewer':
      return { code: header.kind }
    case 'unprotected':
      return openWithSecrets(dependencies, header.dataKey, false)
    case 'protected': {
      if (passphrase === null) return { code: 'wrongPassphrase' }
      for (const form of formsOfPassphrase(passphrase)) {
        const wrapKey = await stretchPassphrase(primitives, port, header, form)
        const dataKey = primitives.xchacha20Poly1305.open(wrapKey, header.nonce, header.wrappedDataKey, wrapContext(header))
        wrapKey.fill(0)
        if (dataKey !== undefined) return openWithSecrets(dependencies, dataKey, true)
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

async function openWithSecrets(dependencies: VaultDependencies, dataKey: Uint8Array, hasPassphrase: boolean): Promise<UnlockVaultOutcome> {
  const { primitives, random, port } = dependencies
  const file = await readSecretsFile({ primitives, random, file: port.secrets, key: secretsFileKey(primitives, dataKey) })
  if (file === undefined) return { code: 'storageDamaged' }
  return { code: 'unlocked', vault: openWith(dependencies, dataKey, file, hasPassphrase) }
}

function openWith({ primitives, random, nowMs }: VaultDependencies, dataKey: Uint8Array, file: SecretsFile, hasPassphrase: boolean): OpenVault {
  const cipher = createRowCipher(primitives, random, dataKey, file.secrets())
  dataKey.fill(0)
  const rotation = rotateRowKeys({ cipher, file, random, nowMs })
  return { cipher, hasPassphrase, rowKeys: rotation, forgetKeys: rotation.forgetKeys }
}
