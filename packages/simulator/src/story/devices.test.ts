/** Safety numbers, and what happens when an account has other devices than before, or signs two lists of them that contradict each other. */
import { MEMBERSHIP_LOG, SELF } from '@sotto/core/inside'
import type { GroupNotice, SafetyView } from '@sotto/core'
import { createCertificate, createDeviceList } from '@sotto/crypto'
import { nextPlace, resolve, signOperation } from '@sotto/membership'
import type { DeviceId, DeviceList, GroupId, Operation } from '@sotto/wire'
import { fromBase64url } from '@sotto/wire'
import { expect, it } from 'vitest'
import { beginStory, type Person, type Story } from './story.ts'

const seenBy = (story: Story, by: Person, whom: Person) => story.groupOf(by)?.members.find(({ account }) => account === whom.account)

function safetyOf(story: Story, by: Person, whom: Person): SafetyView {
  let safety: SafetyView | undefined
  story.ask(by, { kind: 'safetyNumber', account: whom.account }, (value) => (safety = value.safety))
  if (safety === undefined) throw new TypeError('no answer')
  return safety
}

const verify = (story: Story, by: Person, whom: Person): void =>
  story.ask(by, { kind: 'setVerified', account: whom.account, devices: safetyOf(story, by, whom).devices.map(({ device }) => device) })

function notices(story: Story, person: Person, what: GroupNotice): readonly string[] {
  let found: readonly string[] = []
  story.ask(person, { kind: 'readMessages', group: story.group, before: null, limit: 200 }, ({ messages = [] }) => {
    found = messages.flatMap(({ body, senderName }) => (body.kind === 'notice' && body.notice === what ? [senderName] : []))
  })
  return found
}

/** The keys of a person, as a thief of the profile or a copy of it has them. */
function keysOf(story: Story, person: Person) {
  const self = person.rows.get(SELF, 'self')
  const log = person.rows.get(MEMBERSHIP_LOG, story.group)
  if (self === undefined || log === undefined) throw new TypeError(`${person.name} is in no group`)
  const { ed25519 } = story.primitives
  return { self, log, account: ed25519.keyPairFromSeed(self.accountSeed), device: ed25519.keyPairFromSeed(self.deviceSeed) }
}

/** A next list of the account with one device more, signed with its key. `number` makes it another. */
function listWithDevice(story: Story, person: Person, number: number): DeviceList {
  const { self, account } = keysOf(story, person)
  const seed = new Uint8Array(32).fill(number)
  const device = story.primitives.ed25519.keyPairFromSeed(seed)
  const deviceDh = story.primitives.x25519.keyPairFromSeed(seed).publicKey
  const body = { account: self.account, device: device.publicKey as DeviceId, deviceDh, createdMs: story.nowMs }
  const certificate = createCertificate(story.primitives, body, account, device)
  return createDeviceList(story.primitives, account, { devices: [self.certificate, certificate], revoked: [], signedMs: story.nowMs }, self.deviceList)
}

/** Another member hands on an operation by which the account says so, behind everything that the receiver has. */
function say(story: Story, { from, by, to }: { readonly from: Person; readonly by: Person; readonly to: Person }, list: DeviceList) {
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

async function threeMembers() {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob, carol)
  return { story, alice, bob, carol }
}

it('two members see the same safety number for each other, of 60 digits, and another for a third', async () => {
  const { story, alice, bob, carol } = await threeMembers()
  const [ofBob, ofAlice] = [safetyOf(story, alice, bob), safetyOf(story, bob, alice)]
  expect(ofBob.digits).toMatch(/^\d{60}$/)
  expect(ofAlice.digits).toBe(ofBob.digits)
  expect(safetyOf(story, alice, carol).digits).not.toBe(ofBob.digits)
  expect(ofBob).toMatchObject({ name: 'Bob', mark: 'none', verifiedMs: null, isForked: false })
  expect(ofBob.devices).toHaveLength(1)
})

it('a mark is pinned to the account, outlasts a start, and can be taken back', async () => {
  const { story, alice, bob, carol } = await threeMembers()
  verify(story, alice, bob)
  alice.stop()
  alice.start()
  story.pass(1_000)
  expect(seenBy(story, alice, bob)).toMatchObject({ mark: 'verified' })
  expect(seenBy(story, alice, carol)).toMatchObject({ mark: 'none' })
  expect(seenBy(story, bob, alice)).toMatchObject({ mark: 'none' })
  story.ask(alice, { kind: 'setVerified', account: bob.account, devices: null })
  expect(seenBy(story, alice, bob)).toMatchObject({ mark: 'none' })
})

it('the mark is lost, and said to be, when the account has other devices; once, also after a start', async () => {
  const { story, alice, bob, carol } = await threeMembers()
  verify(story, alice, bob)
  const shown = safetyOf(story, alice, bob)
  say(story, { from: bob, by: carol, to: alice }, listWithDevice(story, bob, 1))
  expect(seenBy(story, alice, bob)).toMatchObject({ mark: 'lost', devices: 2, isForked: false })
  expect(notices(story, alice, 'markLost')).toEqual(['Bob'])
  expect(notices(story, alice, 'devicesChanged')).toEqual([])
  // Nobody marks what was compared before as what is there now.
  expect(() => story.ask(alice, { kind: 'setVerified', account: bob.account, devices: shown.devices.map(({ device }) => device) })).toThrow('devicesChanged')
  alice.stop()
  alice.start()
  story.pass(5_000)
  expect(notices(story, alice, 'markLost')).toEqual(['Bob'])
  verify(story, alice, bob)
  expect(seenBy(story, alice, bob)).toMatchObject({ mark: 'verified' })
})

it('other devices of a member that was not verified are a line too', async () => {
  const { story, alice, bob, carol } = await threeMembers()
  say(story, { from: bob, by: carol, to: alice }, listWithDevice(story, bob, 1))
  expect(notices(story, alice, 'devicesChanged')).toEqual(['Bob'])
})

it('two lists of one version stop sending to the account until the person decides', async () => {
  const { story, alice, bob, carol } = await threeMembers()
  verify(story, alice, bob)
  // Bob has a key of hers before.
  story.say(alice, 'before')
  story.pass(5_000)
  say(story, { from: bob, by: carol, to: alice }, listWithDevice(story, bob, 1))
  say(story, { from: bob, by: carol, to: alice }, listWithDevice(story, bob, 2))
  expect(seenBy(story, alice, bob)).toMatchObject({ isForked: true, mark: 'lost' })
  expect(notices(story, alice, 'devicesForked')).toEqual(['Bob'])
  alice.stop()
  alice.start()
  story.pass(5_000)
  story.say(alice, 'not for Bob now')
  story.pass(60_000)
  expect(story.shows(carol, 'not for Bob now')).toBe(true)
  expect(story.texts(bob)).toEqual(['before'])
  expect(notices(story, alice, 'devicesForked')).toEqual(['Bob'])
})

it('a list that does not follow the one before is such a contradiction', async () => {
  const { story, alice, bob, carol } = await threeMembers()
  const { self, account } = keysOf(story, bob)
  const first = listWithDevice(story, bob, 1)
  const other = listWithDevice(story, bob, 2)
  say(story, { from: bob, by: carol, to: alice }, first)
  const next = createDeviceList(story.primitives, account, { devices: [self.certificate], revoked: [], signedMs: story.nowMs }, other)
  say(story, { from: bob, by: carol, to: alice }, next)
  expect(seenBy(story, alice, bob)).toMatchObject({ isForked: true })
})

it('after the decision the account is sent to again, and the same two lists are no new question', async () => {
  const { story, alice, bob, carol } = await threeMembers()
  const { self, account } = keysOf(story, bob)
  // Both lists have the one device that there is: a restored backup signed once more.
  const listAt = (signedMs: number) => createDeviceList(story.primitives, account, { devices: [self.certificate], revoked: [], signedMs }, self.deviceList)
  say(story, { from: bob, by: carol, to: alice }, listAt(1))
  const again = listAt(2)
  say(story, { from: bob, by: carol, to: alice }, again)
  expect(seenBy(story, alice, bob)).toMatchObject({ isForked: true })
  story.say(alice, 'not for Bob')
  story.pass(20_000)
  story.ask(alice, { kind: 'trustDevices', account: bob.account })
  expect(seenBy(story, alice, bob)).toMatchObject({ isForked: false })
  story.say(alice, 'for Bob again')
  story.pass(20_000)
  expect(story.shows(carol, 'not for Bob', 'for Bob again')).toBe(true)
  expect(story.texts(bob)).toEqual(['for Bob again'])
  alice.stop()
  alice.start()
  story.pass(5_000)
  expect(seenBy(story, alice, bob)).toMatchObject({ isForked: false })
})
