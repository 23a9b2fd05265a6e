/** Safety numbers, and what happens when an account has other devices than before, or signs two lists of them that contradict each other. */
import { createDeviceList } from '@sotto/crypto'
import { expect, it } from 'vitest'
import { keysOf, listWithDevice, notices, safetyOf, say, seenBy, threeMembers, verify } from './people-support.ts'

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
  expect(seenBy(story, alice, bob)).toMatchObject({ isForked: true, mark: 'lost' })
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

it('nothing is sealed for a verified person whose devices are others, until the mark is given again or taken back', async () => {
  for (const decide of ['again', 'back'] as const) {
    const { story, alice, bob, carol } = await threeMembers()
    verify(story, alice, bob)
    say(story, { from: bob, by: carol, to: alice }, listWithDevice(story, bob, 1))
    expect(seenBy(story, alice, bob)).toMatchObject({ mark: 'lost' })
    story.say(alice, 'not for Bob')
    story.pass(20_000)
    expect(story.shows(carol, 'not for Bob')).toBe(true)
    expect(story.texts(bob)).toEqual([])
    // It outlasts a start.
    alice.stop()
    alice.start()
    story.pass(5_000)
    story.say(alice, 'not for Bob either')
    story.pass(20_000)
    expect(story.texts(bob)).toEqual([])
    if (decide === 'again') verify(story, alice, bob)
    else story.ask(alice, { kind: 'setVerified', account: bob.account, devices: null })
    expect(seenBy(story, alice, bob)).toMatchObject({ mark: decide === 'again' ? 'verified' : 'none' })
    story.say(alice, 'for Bob again')
    story.pass(20_000)
    expect(story.texts(bob)).toEqual(['for Bob again'])
  }
})

it('other devices of a person who was not verified keep nothing back', async () => {
  const { story, alice, bob, carol } = await threeMembers()
  say(story, { from: bob, by: carol, to: alice }, listWithDevice(story, bob, 1))
  expect(seenBy(story, alice, bob)).toMatchObject({ mark: 'none', devices: 2 })
  story.say(alice, 'for Bob')
  story.pass(20_000)
  expect(story.texts(bob)).toEqual(['for Bob'])
})
