/**
 * Cases that were thought out on paper, each as the story that it is. `stories.test.ts` has the everyday ones, among them
 * mutual removal, the ring of three, the invite used after a removal, the admission at the same time as one, and the
 * re-admission.
 */
import { describe, expect, test } from 'vitest'
import { recipients } from '../roster/recipients.ts'
import { rosterFingerprint } from '../roster/roster-fingerprint.ts'
import { idOf, Person, primitives } from './person.ts'
import { everybodyMeets, setup } from './setup.ts'

const NOW_MS = 1_000

const sameRoster = (...people: readonly Person[]): void => {
  const prints = people.map(({ roster }) => rosterFingerprint(primitives, roster))
  for (const print of prints) expect(print).toEqual(prints[0])
}

describe('back-dating', () => {
  test('by a removed admin: what he dates before a removal that the others acknowledged takes nobody out and brings nobody in', () => {
    const [alice, bob, carol, dave] = setup('alice', 'bob*', 'carol', 'dave')
    const title = alice.roster.titleHash
    const removal = alice.removes(bob)
    for (const person of [carol, dave]) {
      person.hears(removal)
      person.acknowledges()
    }
    // He knows of it all, and writes behind what there was before.
    bob.removes(alice)
    bob.admits(new Person('frank'), 'admin')
    bob.makes(carol, 'admin')
    bob.renames('mine')
    bob.invites()
    everybodyMeets(alice, bob, carol, dave)
    expect(dave.sees).toBe('alice* carol dave')
    expect(dave.roster.openInvites).toEqual([])
    expect(dave.roster.titleHash).toEqual(title)
    sameRoster(alice, bob, carol, dave)
  })

  test('by a sitting admin, to resurrect a member: an admission dated before the removal undoes nothing', () => {
    const [alice, bob, carol] = setup('alice', 'bob*', 'carol')
    const held = bob.admits(carol)
    alice.removes(carol)
    alice.hears(held)
    expect(alice.sees).toBe('alice* bob*')
  })

  test('by a sitting admin, to resurrect a member: demoting the remover undoes no removal that a majority acknowledged', () => {
    const [alice, bob, carol, dave, erin] = setup('alice', 'bob*', 'carol', 'dave', 'erin')
    const removal = alice.removes(carol)
    for (const person of [dave, erin]) {
      person.hears(removal)
      person.acknowledges()
    }
    bob.makes(alice, 'member')
    everybodyMeets(alice, bob, dave, erin)
    expect(erin.sees).toBe('alice bob* dave erin')
    sameRoster(alice, bob, dave, erin)
  })

  test('by a sitting admin, before any acknowledgement: a member that saw the removal sends nothing until an admission that knows of it', () => {
    const [alice, bob, carol, dave] = setup('alice', 'bob*', 'carol', 'dave')
    const removal = alice.removes(carol)
    dave.hears(removal)
    expect(dave.sees).toBe('alice* bob* dave')
    bob.makes(alice, 'member')
    dave.meets(bob)
    expect(dave.sees).toBe('alice bob* carol dave')
    const seenRemovals = [{ account: carol.account, removal: idOf(removal) }]
    expect(recipients(dave.log, NOW_MS, seenRemovals)).not.toContainEqual(carol.device)
    bob.meets(dave)
    bob.removes(carol)
    bob.admits(carol)
    dave.meets(bob)
    expect(recipients(dave.log, NOW_MS, seenRemovals)).toContainEqual(carol.device)
  })

  test('by a sitting admin who had acknowledged: the fork betrays the device', () => {
    const [alice, bob, carol, dave] = setup('alice', 'bob*', 'carol', 'dave')
    const old = bob.twin()
    const removal = alice.removes(carol)
    bob.hears(removal)
    bob.acknowledges()
    dave.meets(bob)
    dave.acknowledges()
    old.makes(alice, 'member')
    everybodyMeets(alice, bob, dave, old)
    expect(dave.sees).toBe('alice* bob* dave')
    expect(dave.roster.revokedDevices).toEqual([bob.device])
    expect(recipients(dave.log, NOW_MS)).not.toContainEqual(bob.device)
  })
})

describe('numbers', () => {
  test('all removed at once: nobody is in, nobody writes, and all agree on that', () => {
    const [alice, bob, carol] = setup('alice', 'bob*', 'carol*')
    alice.removes(bob)
    bob.removes(carol)
    carol.removes(alice)
    everybodyMeets(alice, bob, carol)
    expect(alice.sees).toBe('')
    expect(recipients(alice.log, NOW_MS)).toEqual([])
    alice.admits(bob)
    bob.rekeys()
    carol.renames('ours')
    everybodyMeets(alice, bob, carol)
    expect(carol.sees).toBe('')
    expect(carol.roster.departed).toHaveLength(3)
    expect(carol.roster.rekeyings).toHaveLength(3)
    sameRoster(alice, bob, carol)
  })

  test('two who remove each other and a third: each removal of the third falls with its author', () => {
    const [alice, bob, carol] = setup('alice', 'bob*', 'carol')
    alice.removes(bob)
    alice.removes(carol)
    bob.removes(alice)
    bob.removes(carol)
    everybodyMeets(alice, bob, carol)
    expect(alice.sees).toBe('carol*')
    sameRoster(alice, bob, carol)
  })

  test('sock puppets outvote nobody: only the word of those who were in before both operations counts', () => {
    const [alice, bob, carol, dave] = setup('alice', 'bob*', 'carol', 'dave')
    const puppets = Array.from({ length: 6 }, (_, i) => new Person(`puppet ${i}`))
    for (const puppet of puppets) bob.admits(puppet)
    bob.removes(alice)
    for (const puppet of puppets) {
      puppet.log = bob.log
      puppet.acknowledges()
    }
    alice.removes(bob)
    everybodyMeets(alice, bob, carol, dave, ...puppets)
    expect(dave.sees).toBe('carol* dave')
    sameRoster(alice, bob, carol, dave, ...puppets)
  })

  test('sock puppets with an open invite fall with the removal of the member who admitted them', () => {
    const [alice, bob, carol] = setup('alice', 'bob', 'carol')
    const link = bob.invites({ uses: 20 })
    const puppets = Array.from({ length: 6 }, (_, i) => new Person(`puppet ${i}`))
    for (const puppet of puppets) bob.admitsBy(link, puppet)
    alice.removes(bob)
    everybodyMeets(alice, bob, carol)
    expect(alice.sees).toBe('alice* carol')
  })

  test("a device of another person behind one's own list is refused", () => {
    const [alice, bob] = setup('alice', 'bob*')
    const { list } = bob.entry
    const mallory = new Person('mallory')
    const outcome = alice.hears(
      alice.signs({
        kind: 'admit',
        invite: null,
        member: { list, devices: mallory.entry.devices },
        role: 'member',
        request: mallory.asks(alice.log.group, null),
      }),
    )
    expect(outcome).toEqual([{ code: 'badMemberEntry', reason: 'foreignDevice' }])
    expect(alice.roster.accountOf(bob.device)).toEqual(bob.account)
  })
})

describe('a second device that was silent for long', () => {
  test('was not heard from for months, hears everything, and writes as before', () => {
    const [alice, bob, carol] = setup('alice', 'bob*', 'carol')
    const phone = alice.adds('phone')
    everybodyMeets(alice, bob, carol, phone)
    for (let month = 0; month < 12; month++) {
      bob.removes(carol)
      bob.admits(carol)
      alice.meets(bob)
      alice.rekeys()
      bob.meets(alice)
    }
    phone.meets(alice)
    phone.renames('good morning')
    everybodyMeets(alice, bob, phone)
    expect(bob.roster.titleHash).toEqual(phone.roster.titleHash)
    expect(bob.roster.revokedDevices).toEqual([])
    sameRoster(alice, bob, phone)
  })

  test('wrote a removal that nobody heard: its subject is removed, and what the others acknowledged of his stays', () => {
    const [alice, bob, carol, dave] = setup('alice', 'bob*', 'carol', 'dave')
    const phone = alice.adds('phone')
    everybodyMeets(bob, carol, dave, phone)
    phone.removes(bob)
    bob.renames('by bob')
    bob.admits(new Person('erin'))
    for (const person of [carol, dave]) {
      person.meets(bob)
      person.acknowledges()
    }
    bob.admits(new Person('frank'))
    everybodyMeets(alice, bob, carol, dave, phone)
    expect(dave.sees).toBe('alice* carol dave erin')
    expect(dave.roster.titleHash).toEqual(bob.roster.titleHash)
    sameRoster(alice, bob, carol, dave, phone)
  })

  test('was revoked meanwhile: what it writes behind what it knew is filtered', () => {
    const [alice, bob, carol] = setup('alice', 'bob', 'carol')
    const phone = alice.adds('phone')
    everybodyMeets(bob, carol, phone)
    alice.revokes(phone.device)
    phone.removes(bob)
    phone.makes(carol, 'admin')
    everybodyMeets(alice, bob, carol, phone)
    expect(bob.sees).toBe('alice* bob carol')
    expect(recipients(bob.log, NOW_MS)).not.toContainEqual(phone.device)
  })
})

describe('contrived successions', () => {
  test('an admin who is demoted at the same time cannot leave the role to a friend', () => {
    const [alice, bob, mallory] = setup('alice', 'bob*', 'mallory')
    alice.makes(bob, 'member')
    bob.leaves(mallory)
    everybodyMeets(alice, bob, mallory)
    expect(alice.roster.isAdmin(mallory.account)).toBe(false)
    expect(alice.roster.isMember(bob.account)).toBe(true)
  })

  test('two last admins who leave at once, each for the other, leave the senior member in charge', () => {
    const [alice, bob, carol, dave] = setup('alice', 'bob*', 'carol', 'dave')
    alice.leaves(bob)
    bob.leaves(alice)
    everybodyMeets(alice, bob, carol, dave)
    expect(dave.sees).toBe('carol* dave')
    carol.removes(dave)
    expect(carol.sees).toBe('carol*')
  })

  test('the last admin leaves while her successor is on his way out: both are gone, and the next is in charge', () => {
    const [alice, bob, carol] = setup('alice', 'bob', 'carol')
    alice.leaves(bob)
    bob.leaves()
    everybodyMeets(alice, bob, carol)
    expect(carol.sees).toBe('carol*')
    expect(carol.roster.rekeyNeeded).toBe(true)
  })

  test('what the senior member did because the last admin had stepped down falls with the stepping down', () => {
    const [alice, bob, carol, dave] = setup('alice', 'bob', 'carol*', 'dave')
    alice.leaves()
    everybodyMeets(alice, bob, carol, dave)
    const before = dave.roster.titleHash
    const twin = carol.twin()
    carol.makes(carol, 'member')
    bob.meets(carol)
    expect(bob.sees).toBe('bob* carol dave')
    bob.renames('mine now')
    twin.renames('the other hand')
    everybodyMeets(bob, carol, dave, twin)
    // Carol's only device is in two hands: she is an admin still, and Bob is in charge.
    expect(dave.sees).toBe('bob* carol* dave')
    expect(dave.roster.titleHash).toEqual(before)
  })
})
