/** People with devices, for tests. */
import type { AccountId, Certificate, DeviceId, DeviceList, InboxAddress, MemberEntry } from '@sotto/wire'
import { createCertificate, type OwnIdentity } from '../identity/certificate.ts'
import { createDeviceList } from '../identity/device-list.ts'
import type { SigningKeyPair } from '../primitives/primitives.ts'
import type { Suite } from '../suite.ts'

/** A person on one device, with all its keys. */
export interface Person extends OwnIdentity {
  readonly accountKeys: SigningKeyPair
  readonly deviceKeys: SigningKeyPair
  readonly account: AccountId
  readonly device: DeviceId
  readonly list: DeviceList
}

/** Another device of an account: its certificate and keys. */
export function createDevice(suite: Suite, accountKeys: SigningKeyPair, nowMs: number): OwnIdentity & { readonly deviceKeys: SigningKeyPair } {
  const { ed25519, x25519 } = suite.primitives
  const deviceKeys = ed25519.keyPairFromSeed(suite.random(32))
  const deviceDh = x25519.keyPairFromSeed(suite.random(32))
  const body = {
    account: accountKeys.publicKey as AccountId,
    device: deviceKeys.publicKey as DeviceId,
    deviceDh: deviceDh.publicKey,
    createdMs: nowMs,
  }
  return { certificate: createCertificate(suite.primitives, body, accountKeys, deviceKeys), deviceDh, deviceKeys }
}

/** A person with one device and the first device list. */
export function createPerson(suite: Suite, nowMs: number): Person {
  const accountKeys = suite.primitives.ed25519.keyPairFromSeed(suite.random(32))
  const device = createDevice(suite, accountKeys, nowMs)
  const list = createDeviceList(suite.primitives, accountKeys, { devices: [device.certificate], revoked: [], signedMs: nowMs }, null)
  return { ...device, accountKeys, account: device.certificate.body.account, device: device.certificate.body.device, list }
}

/** An inbox's address whose grant nobody signed: for what only carries it. */
const inboxOf = (suite: Suite): InboxAddress => ({
  relays: ['/ip4/127.0.0.1/tcp/4001/ws'],
  readKey: suite.random(32),
  strangerKey: suite.random(32),
  grant: { lane: 1, appendKey: suite.random(32), records: 256, expiresMs: 1, signature: suite.random(64) },
  laneSeed: suite.random(32),
  bundleKey: suite.random(32),
})

/** How a person stands in an operation or a request to join. */
export const memberEntryOf = (suite: Suite, list: DeviceList, certificates: readonly Certificate[]): MemberEntry => ({
  list,
  devices: certificates.map((certificate) => ({ certificate, inbox: inboxOf(suite) })),
})
