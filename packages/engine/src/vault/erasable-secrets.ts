/**
 * The secrets that lie beside a vault's header in a file that is overwritten in place (PROTOCOL §9). Every key at rest needs
 * one of them. So what was sealed under an erased one opens nowhere, wherever the disk still has a copy of it.
 *
 * The file has two places. A new version goes into the one that is free, and then the other is overwritten with zeros: an
 * interruption leaves a whole version. Places are sealed under a key from the data key, so that the file tells nothing.
 */
import type { Primitives, RandomBytes } from '@sotto/crypto/primitives'
import { boolean, concat, decode, encode, fixedBytes, L, struct, uint32, uint48 } from '@sotto/wire'
import type { ErasableFile } from '../ports.ts'

/** What one row key is made from. */
export interface RowSecret {
  /** 32 bytes. */
  readonly secret: Uint8Array
  /** Since when rows are sealed under it, in milliseconds since the epoch. */
  readonly sinceMs: number
}

export interface ErasableSecrets {
  /** 32 bytes for what stays as long as the profile. */
  readonly lasting: Uint8Array
  /** Rows are sealed under the newest. */
  readonly newest: RowSecret
  /** There while rows may still be sealed under it. */
  readonly older: RowSecret | null
}

/** The file of an open vault. */
export interface SecretsFile {
  readonly secrets: () => ErasableSecrets
  /** Durable when it resolves, and what the file held before is overwritten. */
  readonly replace: (secrets: ErasableSecrets) => Promise<void>
  /** Overwrites what is in memory of them. Nothing may be replaced afterwards. */
  readonly forget: () => void
}

export interface SecretsFileAccess {
  readonly primitives: Primitives
  readonly random: RandomBytes
  readonly file: ErasableFile
  /** 32 bytes, from the data key (`secretsFileKey`). */
  readonly key: Uint8Array
}

const NONCE_BYTES = 24
const TAG_BYTES = 16
/** A disk writes in blocks of this size at least: an interrupted write to one place does not reach the other. */
const PLACE_BYTES = 4096

const rowSecret = struct({ secret: fixedBytes<Uint8Array>(32), sinceMs: uint48 })
const contents = struct({ version: uint32, lasting: fixedBytes<Uint8Array>(32), newest: rowSecret, hasOlder: boolean, older: rowSecret })
const NO_SECRET: RowSecret = { secret: new Uint8Array(32), sinceMs: 0 }

/** The length of what is sealed is always the same: nobody sees whether there is an older secret. */
const encodeContents = (version: number, { lasting, newest, older }: ErasableSecrets): Uint8Array =>
  encode(contents, { version, lasting, newest, hasOlder: older !== null, older: older ?? NO_SECRET })
const SEALED_BYTES = NONCE_BYTES + encodeContents(0, { lasting: new Uint8Array(32), newest: NO_SECRET, older: null }).length + TAG_BYTES

/** What the file is sealed under. */
export function secretsFileKey(primitives: Primitives, dataKey: Uint8Array): Uint8Array {
  return primitives.hkdfSha256(dataKey, new Uint8Array(32), L('vault secrets'), 32)
}

/** Begins the file of a new profile. */
export async function createSecretsFile(access: SecretsFileAccess, sinceMs: number): Promise<SecretsFile> {
  const secrets: ErasableSecrets = { lasting: access.random(32), newest: { secret: access.random(32), sinceMs }, older: null }
  await writePlace(access, 0, 1, secrets)
  return secretsFile(access, { place: 0, version: 1, secrets })
}

/** Reads the file of a profile, and finishes a replacement that was interrupted. `undefined`: it is gone or damaged. */
export async function readSecretsFile(access: SecretsFileAccess): Promise<SecretsFile | undefined> {
  const bytes = await access.file.read()
  if (bytes === undefined) return undefined
  const found = ([0, 1] as const).flatMap((place) => openPlace(access, place, bytes) ?? []).toSorted((a, b) => b.version - a.version)
  const [latest, before] = found
  if (latest === undefined) return undefined
  if (before !== undefined) await erasePlace(access, before.place)
  return secretsFile(access, latest)
}

/** Overwrites every secret. What was sealed under keys from them opens no more. */
export async function eraseSecrets(file: ErasableFile): Promise<void> {
  const bytes = await file.read()
  if (bytes !== undefined) await file.overwrite(0, new Uint8Array(bytes.length))
}

/** Whether the secrets were erased: a wipe began, and was interrupted. An empty file is none that a wipe left. */
export async function areSecretsErased(file: ErasableFile): Promise<boolean> {
  const bytes = await file.read()
  return bytes !== undefined && bytes.length > 0 && bytes.every((byte) => byte === 0)
}

type Place = 0 | 1
interface Placed {
  readonly place: Place
  readonly version: number
  readonly secrets: ErasableSecrets
}

function secretsFile(access: SecretsFileAccess, begun: Placed): SecretsFile {
  let current = begun
  return {
    secrets: () => current.secrets,
    replace: async (secrets) => {
      const before = current.place
      const next: Placed = { place: before === 0 ? 1 : 0, version: current.version + 1, secrets }
      await writePlace(access, next.place, next.version, secrets)
      current = next
      await erasePlace(access, before)
    },
    forget: () => {
      const { lasting, newest, older } = current.secrets
      for (const secret of [access.key, lasting, newest.secret, older?.secret]) secret?.fill(0)
    },
  }
}

const offsetOf = (place: Place): number => place * PLACE_BYTES

async function writePlace({ primitives, random, file, key }: SecretsFileAccess, place: Place, version: number, secrets: ErasableSecrets): Promise<void> {
  const nonce = random(NONCE_BYTES)
  const sealed = primitives.xchacha20Poly1305.seal(key, nonce, encodeContents(version, secrets), L('vault secrets'))
  await file.overwrite(offsetOf(place), concat(nonce, sealed))
}

const erasePlace = ({ file }: SecretsFileAccess, place: Place): Promise<void> => file.overwrite(offsetOf(place), new Uint8Array(SEALED_BYTES))

function openPlace({ primitives, key }: SecretsFileAccess, place: Place, bytes: Uint8Array): Placed | undefined {
  const sealed = bytes.subarray(offsetOf(place), offsetOf(place) + SEALED_BYTES)
  if (sealed.length < SEALED_BYTES) return undefined
  const opened = primitives.xchacha20Poly1305.open(key, sealed.subarray(0, NONCE_BYTES), sealed.subarray(NONCE_BYTES), L('vault secrets'))
  const read = opened === undefined ? undefined : decode(contents, opened)
  if (read === undefined) return undefined
  const { version, lasting, newest, hasOlder, older } = read
  return { place, version, secrets: { lasting, newest, older: hasOlder ? older : null } }
}
