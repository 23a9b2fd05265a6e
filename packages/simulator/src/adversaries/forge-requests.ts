/**
 * Requests to join by the link that it once came in by, with its own inbox in them: in the name of other members, and of people
 * that it makes up. A device signs its own request, so nothing may come of the first; of the second nothing where it was removed
 * and its link is closed. One that it was given since is open to anyone who has it.
 */
import { MEMBERSHIP_LOG, SELF } from '@sotto/core/inside'
import { createDeviceList, createPreKeyStore, type CryptoProvider, parseInvite, sealJoinRequest, sharedBundleFor, type SigningKeyPair } from '@sotto/crypto'
import { operationsInCausalOrder } from '@sotto/membership'
import { equalBytes, type InboxAddress, type Invite, type MemberEntry, toBase64url } from '@sotto/wire'
import type { Adversary } from './adversary.ts'
import { makeUpDevice } from './made-up-device.ts'

export function forgeRequests(by: Adversary, group: string): void {
  const log = by.transaction().get(MEMBERSHIP_LOG, group)
  const self = by.transaction().get(SELF, 'self')
  const invite = by.link === null ? null : parseInvite(by.primitives, by.link)
  if (log === undefined || self === undefined || invite === null || 'code' in invite) return
  const entries = operationsInCausalOrder(log).flatMap(({ unsigned: { body } }) => (body.kind === 'admit' ? [body.member] : []))
  const inbox = entries.find(({ list }) => equalBytes(list.body.account, self.account))?.devices[0]?.inbox
  const others = entries.filter(({ list }) => !equalBytes(list.body.account, self.account))
  if (inbox === undefined) return
  by.claimInbox(inbox)
  const deviceKeys = by.primitives.ed25519.keyPairFromSeed(self.deviceSeed)
  for (const { list, devices } of others) ask(by, invite, { list, devices: devices.map((each) => ({ ...each, inbox })) }, deviceKeys)
  if (by.isRemoved) askForNobody(by, invite, inbox)
}

function askForNobody(by: Adversary, invite: Invite, inbox: InboxAddress): void {
  const { accountKeys, deviceKeys, identity } = makeUpDevice(by)
  const { certificate } = identity
  by.madeUp.add(toBase64url(certificate.body.account))
  const list = createDeviceList(by.primitives, accountKeys, { devices: [certificate], revoked: [], signedMs: by.nowMs() }, null)
  ask(by, invite, { list, devices: [{ certificate, inbox }] }, deviceKeys)
}

function ask(by: Adversary, invite: Invite, member: MemberEntry, deviceKeys: SigningKeyPair): void {
  const provider: CryptoProvider = { primitives: by.primitives, random: by.random.bytes }
  const [device] = member.devices
  if (device === undefined) return
  const bundle = sharedBundleFor(createPreKeyStore(provider, deviceKeys, by.nowMs()), device.certificate)
  const record = sealJoinRequest(provider, invite, { member, name: 'A friend', bundle, askedMs: by.nowMs() }, deviceKeys)
  if (record !== undefined) by.appendAtRendezvous(invite, record)
}
