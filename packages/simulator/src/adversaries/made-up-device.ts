/** A device of an account that nobody has: its certificate is as good as any. */
import { createCertificate, type OwnIdentity, type SigningKeyPair } from '@sotto/crypto'
import type { AccountId, DeviceId } from '@sotto/wire'
import type { Adversary } from './adversary.ts'

export interface MadeUpDevice {
  readonly accountKeys: SigningKeyPair
  readonly deviceKeys: SigningKeyPair
  readonly identity: OwnIdentity
}

export function makeUpDevice(by: Adversary): MadeUpDevice {
  const { ed25519, x25519 } = by.primitives
  const [accountKeys, deviceKeys] = [ed25519.keyPairFromSeed(by.random.bytes(32)), ed25519.keyPairFromSeed(by.random.bytes(32))]
  const deviceDh = x25519.keyPairFromSeed(by.random.bytes(32))
  const body = {
    account: accountKeys.publicKey as AccountId,
    device: deviceKeys.publicKey as DeviceId,
    deviceDh: deviceDh.publicKey,
    createdMs: by.nowMs(),
  }
  return { accountKeys, deviceKeys, identity: { certificate: createCertificate(by.primitives, body, accountKeys, deviceKeys), deviceDh } }
}
