/** People with devices, for tests. */
import type { AccountId, Certificate, DeviceId, DeviceList, InboxAddress, MemberEntry } from '@sotto/wire'
import { createCertificate, type OwnIdentity } from '../identity/certificate.ts'
import { createDeviceList } from '../identity/device-list.ts'
import type { SigningKeyPair } from '../primitives/primitives.ts'
import type { CryptoProvider } from '../crypto-provider.ts'

/** A person on one device, with all its keys. */
export interface Person extends OwnIdentity {
  readonly accountKeys: SigningKeyPair
  readonly deviceKeys: SigningKeyPair
  readonly account: AccountId
  readonly device: DeviceId
  readonly list: DeviceList
}

/** Another device of an account: its certificate and keys. */
export function createDevice(provider: CryptoProvider, accountKeys: SigningKeyPair, nowMs: number): OwnIdentity & { readonly deviceKeys: SigningKeyPair } {
  const { ed25519, x25519 } = provider.primitives
  const deviceKeys = ed25519.keyPairFromSeed(provider.random(32))
  const deviceDh = x25519.keyPairFromSeed(provider.random(32))
  const body = {
    account: accountKeys.publicKey as AccountId,
    device: deviceKeys.publicKey as DeviceId,
    deviceDh: deviceDh.publicKey,
    createdMs: nowMs,
  }
  return { certificate: createCertificate(provider.primitives, body, accountKeys, deviceKeys), deviceDh, deviceKeys }
}

/** A person with one device and the first device list. */
export function createPerson(provider: CryptoProvider, nowMs: number): Person {
  const accountKeys = provider.primitives.ed25519.keyPairFromSeed(provider.random(32))
  const device = createDevice(provider, accountKeys, nowMs)
  const list = createDeviceList(provider.primitives, accountKeys, { devices: [device.certificate], revoked: [], signedMs: nowMs }, null)
  return { ...device, accountKeys, account: device.certificate.body.account, device: device.certificate.body.device, list }
}

/** An inbox's address whose grant nobody signed: for what only carries it. */
const inboxOf = (provider: CryptoProvider): InboxAddress => ({
  relays: ['/ip4/127.0.0.1/tcp/4001/ws'],
  readKey: provider.random(32),
  strangerKey: provider.random(32),
  grant: { capability: 1, appendKey: provider.random(32), records: 256, expiresMs: 1, signature: provider.random(64) },
  sendCapabilitySeed: provider.random(32),
  bundleKey: provider.random(32),
})

/** How a person is described in an operation or a request to join. */
export const memberEntryOf = (provider: CryptoProvider, list: DeviceList, certificates: readonly Certificate[]): MemberEntry => ({
  list,
  devices: certificates.map((certificate) => ({ certificate, inbox: inboxOf(provider) })),
})
