/** This device's profile, made once (PROTOCOL §1). */
import { createCertificate, createDeviceList, createPreKeyStore, type OwnIdentity } from '@sotto/crypto'
import type { AccountId, DeviceId, MailboxKeys } from '@sotto/wire'
import type { Context } from '../state/context.ts'
import { type Self, SELF } from '../state/tables/self.ts'
import { putPreKeyStore } from './pre-key-rows.ts'
import { nextRevision } from './revision.ts'

/** This device's profile. Throws where there is none: nothing of a group happens before. */
export function selfOf(context: Context): Self {
  const self = context.transaction.get(SELF, 'self')
  if (self === undefined) throw new TypeError('there is no profile yet')
  return self
}

/** What an account calls itself, as each letter and message says it that names its author (PROTOCOL §3.52). */
export interface SaidName {
  readonly name: string
  readonly nameRevision: number
}

/** What this person calls itself. */
export function saidName(context: Context): SaidName {
  const { name, nameRevision } = selfOf(context)
  return { name, nameRevision }
}

/** This person calls itself so from now on. */
export function setOwnName(context: Context, name: string): void {
  const self = selfOf(context)
  context.transaction.put(SELF, ['self'], { ...self, name, nameRevision: nextRevision({ revision: self.nameRevision }) })
}

/** Draws every key of a new account and its first device. */
export function createProfile(context: Context, name: string): void {
  const { primitives, random } = context.provider
  const accountSeed = random(32)
  const deviceSeed = random(32)
  const deviceDhSeed = random(32)
  const accountKeys = primitives.ed25519.keyPairFromSeed(accountSeed)
  const deviceKeys = primitives.ed25519.keyPairFromSeed(deviceSeed)
  const account = accountKeys.publicKey as AccountId
  const device = deviceKeys.publicKey as DeviceId
  const deviceDh = primitives.x25519.keyPairFromSeed(deviceDhSeed).publicKey
  const certificate = createCertificate(primitives, { account, device, deviceDh, createdMs: context.nowMs }, accountKeys, deviceKeys)
  const deviceList = createDeviceList(primitives, accountKeys, { devices: [certificate], revoked: [], signedMs: context.nowMs }, null)
  context.transaction.put(SELF, ['self'], {
    name,
    nameRevision: nextRevision(undefined),
    account,
    accountSeed,
    device,
    deviceSeed,
    deviceDhSeed,
    certificate,
    deviceList,
    inboxReadSeed: random(32),
    strangerSeed: random(32),
    bundleKey: random(32),
    nextSendCapability: 1,
  })
  putPreKeyStore(context.transaction, createPreKeyStore(context.provider, deviceKeys, context.nowMs))
}

/** The part of our identity that a pairwise session needs. */
export function ownIdentity(context: Context): OwnIdentity {
  const self = selfOf(context)
  return { certificate: self.certificate, deviceDh: context.provider.primitives.x25519.keyPairFromSeed(self.deviceDhSeed) }
}

/** The public keys of our inbox. */
export function inboxKeys(context: Context): MailboxKeys {
  const self = selfOf(context)
  const publicOf = (seed: Uint8Array): Uint8Array => context.provider.primitives.ed25519.keyPairFromSeed(seed).publicKey
  return { kind: 'inbox', readKey: publicOf(self.inboxReadSeed), appendKey: publicOf(self.strangerSeed) }
}
