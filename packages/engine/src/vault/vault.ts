/**
 * The vault: everything at rest is sealed under keys from a random data key, which an optional passphrase wraps, and from
 * secrets in a file that can be erased (PROTOCOL §9). Nothing here knows where the header lies or how long stretching takes: that is the vault port's.
 *
 * Not for: what the rows say (core), and when to lock (the host).
 */
import type { Primitives, RandomBytes } from '@sotto/crypto/primitives'
import type { RowCipher, VaultPort } from '../ports.ts'
import { headerFor, lengthFault, readDataKey, type TooShort, type Unopened } from './data-key.ts'
import { areSecretsErased, createSecretsFile, readSecretsFile, secretsFileKey, type SecretsFile } from './erasable-secrets.ts'
import { createRowCipher } from './row-cipher.ts'
import { type RowKeyRotation, rotateRowKeys } from './row-key-rotation.ts'
import { decodeVaultHeader, encodeVaultHeader } from './vault-header.ts'

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

export type CreateVaultOutcome = { readonly code: 'created'; readonly vault: OpenVault } | { readonly code: 'profileExists' } | TooShort

/** Where the secrets cannot be read, too, the outcome is `storageDamaged`. */
export type UnlockVaultOutcome = { readonly code: 'unlocked'; readonly vault: OpenVault } | Unopened

export type ChangePassphraseOutcome = { readonly code: 'changed' } | TooShort | Unopened

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
  const tooShort = lengthFault(passphrase)
  if (tooShort !== null) return tooShort
  if ((await port.read()) !== undefined) return { code: 'profileExists' }
  await port.wipe()
  const dataKey = random(32)
  const encoded = encodeVaultHeader(primitives, await headerFor(dependencies, dataKey, passphrase))
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
  const found = await readDataKey(dependencies, passphrase)
  return found.code === 'found' ? openWithSecrets(dependencies, found.dataKey, found.hasPassphrase) : found
}

/**
 * Another passphrase for the profile, or none. Its header is replaced in one write: wherever that is interrupted, either the earlier
 * passphrase opens the profile or the new one does. An open vault stays open. The data key stays the same, so who has a copy
 * of the earlier header and knows its passphrase opens what lies on the disk then, too.
 */
export async function changePassphrase(dependencies: VaultDependencies, current: string | null, next: string | null): Promise<ChangePassphraseOutcome> {
  const tooShort = lengthFault(next)
  if (tooShort !== null) return tooShort
  const found = await readDataKey(dependencies, current)
  if (found.code !== 'found') return found
  await dependencies.port.write(encodeVaultHeader(dependencies.primitives, await headerFor(dependencies, found.dataKey, next)))
  found.dataKey.fill(0)
  return { code: 'changed' }
}

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
