/**
 * Who a device is: certificate, device list, prekey bundle and the address of its inbox (PROTOCOL §1, §2).
 * Codecs and signed inputs only; making and checking them is crypto's.
 */
import { type Codec, type Decoded, encode, fixedBytes, list, struct, text, uint32, uint48, versioned } from './codec.ts'
import { accountId, deviceId } from './ids.ts'
import { L } from './labels.ts'
import { LIMITS } from './limits.ts'
import { concat } from './bytes.ts'

const signature = fixedBytes(64)
const publicKey = fixedBytes(32)

/** Binds a device's two keys to an account. Both sign: the account certifies, the device consents. */
export const unsignedCertificate = versioned(1, struct({ account: accountId, device: deviceId, deviceDh: publicKey, createdMs: uint48 }))
export type UnsignedCertificate = Decoded<typeof unsignedCertificate>

export const certificate = struct({
  body: unsignedCertificate,
  accountSignature: signature,
  deviceSignature: signature,
})
export type Certificate = Decoded<typeof certificate>

/** What the account signs. */
export const certificateSigningInput = (body: UnsignedCertificate): Uint8Array => concat(L('account certificate'), encode(unsignedCertificate, body))
/** What the device counter-signs. */
export const certificateCounterSigningInput = (body: UnsignedCertificate): Uint8Array => concat(L('device certificate'), encode(unsignedCertificate, body))

/** The devices of an account: version n + 1 names the hash of version n (32 zero bytes for the first). */
export const unsignedDeviceList = versioned(
  1,
  struct({
    account: accountId,
    version: uint32,
    previousHash: publicKey,
    signedMs: uint48,
    devices: list(certificate, LIMITS.devicesPerAccount),
    revoked: list(deviceId, LIMITS.devicesPerAccount),
  }),
)
export type UnsignedDeviceList = Decoded<typeof unsignedDeviceList>

export const deviceList = struct({ body: unsignedDeviceList, signature })
export type DeviceList = Decoded<typeof deviceList>

export const deviceListSigningInput = (body: UnsignedDeviceList): Uint8Array => concat(L('device list'), encode(unsignedDeviceList, body))
/** What is hashed (SHA-256) to name this version: in the next list's `previousHash`, and in a request to join. */
export const deviceListHashInput = (body: UnsignedDeviceList): Uint8Array => concat(L('device list hash'), encode(unsignedDeviceList, body))

/** Where letters to a device are left: its relays, the inbox's keys, and one send capability with its append seed. */
export const sendCapability = struct({
  capability: uint32,
  /** Ed25519 public key that appends under this capability. */
  appendKey: publicKey,
  records: uint32,
  expiresMs: uint48,
  /** By the inbox's read key over its label ‖ inbox id ‖ the fields above (`sendCapabilitySigningInput`). */
  signature,
})
export type SendCapability = Decoded<typeof sendCapability>

export const inboxAddress = struct({
  relays: list(text(LIMITS.relayAddressBytes), LIMITS.relays),
  readKey: publicKey,
  /** The append public key of capability 0; with `readKey` it names the inbox. */
  strangerKey: publicKey,
  grant: sendCapability,
  /** Ed25519 seed of `grant.appendKey`. */
  sendCapabilitySeed: fixedBytes(32),
  /** Opens what names the device in its published prekeys, which the relay must not read. */
  bundleKey: fixedBytes(32),
})
export type InboxAddress = Decoded<typeof inboxAddress>

const signedPreKey = struct({ id: uint32, publicKey, createdMs: uint48, signature })
const oneTimePreKey = struct({ id: uint32, publicKey })
const kemPreKey = struct({ id: uint32, publicKey: fixedBytes(1184), createdMs: uint48, signature })
export type SignedPreKey = Decoded<typeof signedPreKey>
export type OneTimePreKey = Decoded<typeof oneTimePreKey>
export type KemPreKey = Decoded<typeof kemPreKey>
export { kemPreKey, oneTimePreKey, signedPreKey }

/** What an initiator needs (PQXDH §3.2). At most one one-time prekey of each kind; the KEM key is always there. */
export const preKeyBundle = versioned(
  1,
  struct({
    certificate,
    signedPreKey,
    kemPreKey,
    oneTimePreKeys: list(oneTimePreKey, 1),
  }),
)
export type PreKeyBundle = Decoded<typeof preKeyBundle>

/** What a device publishes at a relay, under its inbox. The relay pops from the lists and never reads further. */
export const preKeyPublication: Codec<PreKeyPublication> = versioned(
  1,
  struct({
    certificate,
    signedPreKey,
    lastResortKemPreKey: kemPreKey,
    oneTimePreKeys: list(oneTimePreKey, LIMITS.oneTimePreKeys),
    oneTimeKemPreKeys: list(kemPreKey, LIMITS.oneTimePreKeys),
  }),
)
export interface PreKeyPublication {
  readonly certificate: Certificate
  readonly signedPreKey: SignedPreKey
  readonly lastResortKemPreKey: KemPreKey
  readonly oneTimePreKeys: readonly OneTimePreKey[]
  readonly oneTimeKemPreKeys: readonly KemPreKey[]
}

/** What the device key signs under a prekey; `kind` separates the two sorts. */
export const preKeySigningInput = (
  kind: 'signed prekey' | 'kem prekey',
  key: { readonly id: number; readonly publicKey: Uint8Array; readonly createdMs: number },
): Uint8Array => concat(L(kind), encode(struct({ id: uint32, createdMs: uint48 }), key), key.publicKey)
