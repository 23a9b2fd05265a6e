/** Device lists: versioned and hash-linked, signed by the account (PROTOCOL §1). */
import {
  type AccountId,
  concat,
  type DeviceList,
  deviceListSigningInput,
  encode,
  equalBytes,
  L,
  type UnsignedDeviceList,
  unsignedDeviceList,
} from '@sotto/wire'
import type { Primitives, SigningKeyPair } from '../primitives/index.ts'
import { verifyCertificate } from './certificate.ts'

/** 32 bytes that name a list: what the next version links to, and what a joiner signs. */
export const deviceListHash = (primitives: Primitives, list: DeviceList): Uint8Array =>
  primitives.sha256(concat(L('device list hash'), encode(unsignedDeviceList, list.body)))

/** The version after `before` (the first, where that is null), signed. */
export function createDeviceList(
  primitives: Primitives,
  accountKeys: SigningKeyPair,
  contents: Pick<UnsignedDeviceList, 'devices' | 'revoked' | 'signedMs'>,
  before: DeviceList | null,
): DeviceList {
  const body: UnsignedDeviceList = {
    account: accountKeys.publicKey as AccountId,
    version: before === null ? 1 : before.body.version + 1,
    previousHash: before === null ? new Uint8Array(32) : deviceListHash(primitives, before),
    ...contents,
  }
  return { body, signature: primitives.ed25519.sign(deviceListSigningInput(body), accountKeys) }
}

/** Whether the account signed this list, and every device in it is its own by a good certificate and not revoked. */
export function verifyDeviceList(primitives: Primitives, { body, signature }: DeviceList): boolean {
  return (
    primitives.ed25519.verify(signature, deviceListSigningInput(body), body.account) &&
    body.devices.every(
      (each) =>
        equalBytes(each.body.account, body.account) &&
        !body.revoked.some((device) => equalBytes(device, each.body.device)) &&
        verifyCertificate(primitives, each),
    )
  )
}

export type DeviceListRejection =
  | { readonly code: 'badSignature' }
  | { readonly code: 'foreignAccount' }
  /** An older version than the one known: somebody plays back the past. */
  | { readonly code: 'rolledBack'; readonly version: number; readonly known: number }
  /** Two lists of one version, or one that does not continue the known: sending to the account stops. */
  | { readonly code: 'forked'; readonly version: number }
  /** A device that was revoked is back. */
  | { readonly code: 'resurrected' }

/**
 * Whether a list may follow the one that is known. The same list again is fine. A gap in versions cannot be checked by
 * its links and is taken, as long as no revoked device returns.
 */
export function followsDeviceList(primitives: Primitives, known: DeviceList, next: DeviceList): 'same' | 'newer' | DeviceListRejection {
  const { version } = next.body
  if (!equalBytes(known.body.account, next.body.account)) return { code: 'foreignAccount' }
  if (!verifyDeviceList(primitives, next)) return { code: 'badSignature' }
  const knownHash = deviceListHash(primitives, known)
  if (version === known.body.version) return equalBytes(knownHash, deviceListHash(primitives, next)) ? 'same' : { code: 'forked', version }
  if (version < known.body.version) return { code: 'rolledBack', version, known: known.body.version }
  if (version === known.body.version + 1 && !equalBytes(next.body.previousHash, knownHash)) return { code: 'forked', version }
  const stillRevoked = known.body.revoked.every((gone) => next.body.revoked.some((each) => equalBytes(each, gone)))
  return stillRevoked ? 'newer' : { code: 'resurrected' }
}
