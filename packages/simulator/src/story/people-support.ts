/** What stories about people and their devices share. */
import { MEMBERSHIP_LOG, SELF } from '@sotto/core/inside'
import type { GroupNotice, SafetyView } from '@sotto/core'
import { createCertificate, createDeviceList } from '@sotto/crypto'
import { nextPlace, resolve, signOperation } from '@sotto/membership'
import type { DeviceId, DeviceList, GroupId, Operation } from '@sotto/wire'
import { fromBase64url } from '@sotto/wire'
import { beginStory, type Person, type Story } from './story.ts'

export const seenBy = (story: Story, by: Person, whom: Person) => story.groupOf(by)?.members.find(({ account }) => account === whom.account)

export function safetyOf(story: Story, by: Person, whom: Person): SafetyView {
  let safety: SafetyView | undefined
  story.ask(by, { kind: 'safetyNumber', account: whom.account }, (value) => (safety = value.safety))
  if (safety === undefined) throw new TypeError('no answer')
  return safety
}

export const verify = (story: Story, by: Person, whom: Person): void =>
  story.ask(by, { kind: 'setVerified', account: whom.account, devices: safetyOf(story, by, whom).devices.map(({ device }) => device) })

export function notices(story: Story, person: Person, what: GroupNotice): readonly string[] {
  let found: readonly string[] = []
  story.ask(person, { kind: 'readMessages', group: story.group, before: null, limit: 200 }, ({ messages = [] }) => {
    found = messages.flatMap(({ body, senderName }) => (body.kind === 'notice' && body.notice === what ? [senderName] : []))
  })
  return found
}

/** The keys of a person, as a thief of the profile or a copy of it has them. */
export function keysOf(story: Story, person: Person) {
  const self = person.rows.get(SELF, 'self')
  const log = person.rows.get(MEMBERSHIP_LOG, story.group)
  if (self === undefined || log === undefined) throw new TypeError(`${person.name} is in no group`)
  const { ed25519 } = story.primitives
  return { self, log, account: ed25519.keyPairFromSeed(self.accountSeed), device: ed25519.keyPairFromSeed(self.deviceSeed) }
}

/** A next list of the account with one device more, signed with its key. `number` makes it another. */
export function listWithDevice(story: Story, person: Person, number: number): DeviceList {
  const { self, account } = keysOf(story, person)
  const seed = new Uint8Array(32).fill(number)
  const device = story.primitives.ed25519.keyPairFromSeed(seed)
  const deviceDh = story.primitives.x25519.keyPairFromSeed(seed).publicKey
  const body = { account: self.account, device: device.publicKey as DeviceId, deviceDh, createdMs: story.nowMs }
  const certificate = createCertificate(story.primitives, body, account, device)
  return createDeviceList(story.primitives, account, { devices: [self.certificate, certificate], revoked: [], signedMs: story.nowMs }, self.deviceList)
}

/** Another member hands on an operation by which the account says so, behind everything that the receiver has. */
export function say(story: Story, { from, by, to }: { readonly from: Person; readonly by: Person; readonly to: Person }, list: DeviceList) {
  const { self, device } = keysOf(story, from)
  const { log } = keysOf(story, to)
  const inbox = resolve(log).deviceOf(self.device)?.inbox
  if (inbox === undefined) throw new TypeError('no address')
  const unsigned = {
    suite: 1,
    group: fromBase64url(story.group) as GroupId,
    account: self.account,
    device: self.device,
    ...nextPlace(log, self.device),
    writtenMs: story.nowMs,
    body: { kind: 'devices', member: { list, devices: list.body.devices.map((certificate) => ({ certificate, inbox })) } },
  } as const
  const operation: Operation = signOperation(story.primitives, unsigned, device)
  story.slip(by, to, [{ kind: 'operations', group: unsigned.group, operations: [operation] }])
  story.pass(5_000)
}

export async function threeMembers() {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob, carol)
  return { story, alice, bob, carol }
}
