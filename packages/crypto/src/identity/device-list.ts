/**
 * The devices of an account as a chain of signed versions (PROTOCOL §1, §13.3). What is known of an account only ever grows:
 * a lower version is refused, a revoked device stays revoked, and two lists with one version are an alarm.
 */
import {
  type AccountId,
  type Certificate,
  type DeviceId,
  type DeviceList,
  deviceListHashInput,
  deviceListSigningInput,
  equalBytes,
  type UnsignedDeviceList,
} from '@sotto/wire'
import type { Primitives, SigningKeyPair } from '../primitives/primitives.ts'
import { isCertificateValid } from './certificate.ts'

/** The hash that names one version of a list: 32 bytes. */
export const deviceListHash = (primitives: Primitives, list: DeviceList): Uint8Array => primitives.sha256(deviceListHashInput(list.body))

/**
 * Signs the next version of a list, or the first where `previous` is null. `revoked` are devices revoked now; those
 * revoked before stay so. Throws where a device in `devices` is revoked (a fault).
 */
export function createDeviceList(
  primitives: Primitives,
  account: SigningKeyPair,
  next: { readonly devices: readonly Certificate[]; readonly revoked: readonly DeviceId[]; readonly signedMs: number },
  previous: DeviceList | null,
): DeviceList {
  const revoked = [...(previous?.body.revoked ?? [])]
  for (const device of next.revoked) if (!revoked.some((each) => equalBytes(each, device))) revoked.push(device)
  const body: UnsignedDeviceList = {
    account: account.publicKey as AccountId,
    version: (previous?.body.version ?? 0) + 1,
    previousHash: previous === null ? new Uint8Array(32) : deviceListHash(primitives, previous),
    signedMs: next.signedMs,
    devices: next.devices,
    revoked,
  }
  if (namesRevokedDevice(body)) throw new RangeError('a revoked device stays revoked')
  return { body, signature: primitives.ed25519.sign(deviceListSigningInput(body), account) }
}

export type DeviceListRejection =
  | { readonly code: 'badSignature' }
  /** The certificate of the device at `index` is not signed by both. */
  | { readonly code: 'badCertificate'; readonly index: number }
  /** The certificate at `index`, or the list, belongs to another account. */
  | { readonly code: 'foreignAccount'; readonly index: number }
  /** It lists a device that it, or the known list, revokes, or leaves a revocation out. */
  | { readonly code: 'revokedDevice' }
  /** The device at `index` is in the list twice. */
  | { readonly code: 'deviceTwice'; readonly index: number }
  | { readonly code: 'rollback'; readonly version: number; readonly knownVersion: number }
  /** Two lists with one version: stop sending to the account until the person decides. */
  | { readonly code: 'fork'; readonly version: number }
  /** It follows the known version and does not name its hash: a fork too, one version earlier. */
  | { readonly code: 'brokenChain'; readonly version: number }

/** How a good list compares to the known one. `newer`: keep it instead. */
export type DeviceListStanding = { readonly standing: 'same' | 'newer' }

/**
 * Checks a list by itself and against the newest one known of the account (null: none, trust on first use). Versions
 * may be skipped, because lists are not kept: only the link to the version just before can be checked.
 */
export function checkDeviceList(primitives: Primitives, list: DeviceList, known: DeviceList | null): DeviceListStanding | DeviceListRejection {
  const { body } = list
  if (!primitives.ed25519.verify(list.signature, deviceListSigningInput(body), body.account)) return { code: 'badSignature' }
  for (const [index, each] of body.devices.entries()) {
    if (!equalBytes(each.body.account, body.account)) return { code: 'foreignAccount', index }
    if (!isCertificateValid(primitives, each)) return { code: 'badCertificate', index }
    if (body.devices.findIndex((other) => equalBytes(other.body.device, each.body.device)) !== index) {
      return { code: 'deviceTwice', index }
    }
  }
  if (namesRevokedDevice(body)) return { code: 'revokedDevice' }
  return known === null ? { standing: 'newer' } : compareWithKnown(primitives, list, known)
}

/** The part of a known list that decides whether another goes with it. */
export interface KnownDeviceList {
  readonly version: number
  readonly hash: Uint8Array
  readonly revoked: readonly DeviceId[]
}

/**
 * How a list that is valid by itself goes with a known one of its account. `fork`: the account signed both, and they
 * contradict each other: two of one version, a next one that does not name this one, or one in which a revoked device is back.
 */
export type DeviceListLink = 'same' | 'newer' | 'older' | 'fork'

/** Compares a valid list, whose hash is given, with a known one of the same account. */
export function linkOf({ body }: DeviceList, hash: Uint8Array, known: KnownDeviceList): DeviceListLink {
  if (body.version < known.version) return 'older'
  if (body.version === known.version) return equalBytes(hash, known.hash) ? 'same' : 'fork'
  if (body.version === known.version + 1 && !equalBytes(body.previousHash, known.hash)) return 'fork'
  return known.revoked.every((device) => body.revoked.some((each) => equalBytes(each, device))) ? 'newer' : 'fork'
}

function compareWithKnown(primitives: Primitives, list: DeviceList, known: DeviceList): DeviceListStanding | DeviceListRejection {
  const { version, account, previousHash, revoked } = list.body
  if (!equalBytes(account, known.body.account)) return { code: 'foreignAccount', index: -1 }
  if (version < known.body.version) return { code: 'rollback', version, knownVersion: known.body.version }
  const knownHash = deviceListHash(primitives, known)
  if (version === known.body.version) {
    return equalBytes(deviceListHash(primitives, list), knownHash) ? { standing: 'same' } : { code: 'fork', version }
  }
  if (version === known.body.version + 1 && !equalBytes(previousHash, knownHash)) return { code: 'brokenChain', version }
  const keepsRevocations = known.body.revoked.every((device) => revoked.some((each) => equalBytes(each, device)))
  return keepsRevocations ? { standing: 'newer' } : { code: 'revokedDevice' }
}

const namesRevokedDevice = (body: UnsignedDeviceList): boolean =>
  body.devices.some((each) => body.revoked.some((device) => equalBytes(device, each.body.device)))
