/** Operations that take from each other's authors, and who is in charge afterwards (PROTOCOL §5.4, §5.7). */
import { describe, expect, test } from 'vitest'
import { everybodyMeets, setup } from './setup.ts'

describe('effective', () => {
  test('a removal and a demotion that meet: both are effective, and neither of the two is in charge', () => {
    const [alice, bob, carol] = setup('alice', 'bob*', 'carol')
    alice.makes(bob, 'member')
    bob.removes(alice)
    everybodyMeets(alice, bob, carol)
    expect(carol.sees).toBe('bob carol*')
  })

  test('a ring with a demotion in it: all three lose what was taken from them', () => {
    const [alice, bob, carol, dave] = setup('alice', 'bob*', 'carol*', 'dave')
    alice.removes(bob)
    bob.makes(carol, 'member')
    carol.removes(alice)
    everybodyMeets(alice, bob, carol, dave)
    expect(dave.sees).toBe('carol dave*')
  })

  test('a demoted admin who answers with what gives, and not with what takes, gets nothing for it', () => {
    const [alice, bob, carol] = setup('alice', 'bob*', 'carol')
    alice.makes(bob, 'member')
    bob.makes(carol, 'admin')
    everybodyMeets(alice, bob, carol)
    expect(carol.sees).toBe('alice* bob carol')
  })

  test('two devices of a person that revoke each other are both revoked', () => {
    const [alice, bob, carol] = setup('alice', 'bob', 'carol')
    const phone = bob.adds('phone')
    everybodyMeets(alice, bob, phone, carol)
    bob.revokes(phone.device)
    phone.revokes(bob.device)
    everybodyMeets(alice, bob, phone, carol)
    expect(carol.roster.deviceOf(bob.device)).toBeUndefined()
    expect(carol.roster.deviceOf(phone.device)).toBeUndefined()
  })

  test('what gives in such a ring is filtered', () => {
    // Bob removes Alice, on whose word Carol is an admin, while Carol removes him.
    const [alice, bob, carol, dave] = setup('alice', 'bob*', 'carol', 'dave*')
    alice.makes(carol, 'admin')
    carol.meets(alice)
    carol.removes(bob)
    bob.removes(alice)
    everybodyMeets(alice, bob, carol, dave)
    expect(dave.sees).toBe('carol dave*')
  })

  test('where a majority acknowledged one of a ring over the one it takes from, that one is filtered, and the rest is decided without it', () => {
    // Alice removes Bob, he Carol, and she Alice. Dave and Erin saw Alice’s removal and not Bob’s; only Erin saw Carol’s, so that no other pair is decided.
    const [alice, bob, carol, dave, erin] = setup('alice', 'bob*', 'carol*', 'dave*', 'erin*')
    const first = alice.removes(bob)
    bob.removes(carol)
    const last = carol.removes(alice)
    dave.hears(first)
    dave.acknowledges()
    erin.hears(first, last)
    erin.acknowledges()
    everybodyMeets(alice, bob, carol, dave, erin)
    expect(erin.sees).toBe('bob* carol* dave* erin*')
  })

  test('what a majority acknowledged is no part of a ring at all', () => {
    // Bob removes Alice, on whose word Carol is an admin, in answer to Carol's removal of him, which Dave and Erin acknowledged.
    const [alice, bob, carol, dave, erin] = setup('alice', 'bob*', 'carol', 'dave*', 'erin*')
    alice.makes(carol, 'admin')
    carol.meets(alice)
    const removal = carol.removes(bob)
    for (const person of [dave, erin]) {
      person.meets(alice)
      person.hears(removal)
      person.acknowledges()
    }
    bob.removes(alice)
    everybodyMeets(alice, bob, carol, dave, erin)
    expect(erin.sees).toBe('alice* carol* dave* erin*')
  })
})

describe('in charge', () => {
  test('an admin whose role was taken is in charge after all others, though he is senior to them', () => {
    const [alice, bob, carol] = setup('alice', 'bob*', 'carol')
    alice.makes(bob, 'member')
    everybodyMeets(alice, bob, carol)
    alice.leaves()
    everybodyMeets(alice, bob, carol)
    expect(carol.sees).toBe('bob carol*')
    carol.leaves()
    bob.meets(carol)
    expect(bob.sees).toBe('bob*')
  })
})
