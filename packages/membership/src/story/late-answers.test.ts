/** What becomes effective or filtered late, by operations that were held back or dated back (PROTOCOL §5.47, §5.51, §6.8). */
import { describe, expect, test } from 'vitest'
import { idOf, Person } from './person.ts'
import { everybodyMeets, setup } from './setup.ts'

describe('an epoch whose secret was drawn where other operations were effective', () => {
  test('makes a rekey needed where a removal counts again: its subject was handed the secret', () => {
    const [alice, bob, carol, dave] = setup('alice', 'bob*', 'carol', 'dave*')
    bob.removes(carol)
    dave.meets(bob)
    dave.acknowledges()
    alice.removes(bob)
    alice.meets(bob)
    const rekey = alice.rekeys()
    expect(alice.sees).toBe('alice* carol dave*')
    expect(alice.roster.rekeyNeeded).toBe(false)
    alice.meets(dave)
    expect(alice.sees).toBe('alice* dave*')
    expect(alice.roster.rekeyings).toEqual([idOf(rekey)])
    expect(alice.roster.rekeyNeededBy).toEqual([idOf(rekey)])
    alice.rekeys()
    expect(alice.roster.rekeyNeeded).toBe(false)
  })

  test('makes a rekey needed where one that was out there is in again: what takes them out once more finds no trace of the secret', () => {
    const [alice, bob, carol, dave, erin] = setup('alice', 'bob', 'carol', 'dave*', 'erin')
    alice.removes(dave)
    dave.removes(alice)
    for (const each of [bob, carol]) {
      each.meets(alice)
      each.acknowledges()
    }
    erin.meets(alice, dave)
    const rekey = erin.rekeys()
    expect(erin.sees).toBe('bob* carol erin')
    expect(erin.roster.rekeyNeeded).toBe(false)
    erin.meets(bob, carol)
    expect(erin.sees).toBe('alice* bob carol erin')
    expect(erin.roster.rekeyings).toEqual([idOf(rekey)])
    expect(erin.roster.rekeyNeededBy).toEqual([idOf(rekey)])
    erin.rekeys()
    expect(erin.roster.rekeyNeeded).toBe(false)
  })

  test('makes none needed where one that was out there was let in since', () => {
    const [alice, bob, carol] = setup('alice', 'bob', 'carol')
    alice.removes(carol)
    alice.admits(carol)
    bob.meets(alice)
    expect(bob.sees).toBe('alice* bob carol')
    expect(bob.roster.rekeyNeeded).toBe(false)
  })

  test('makes a rekey needed where an admission before it is filtered late', () => {
    const [alice, bob, dave, erin] = setup('alice', 'bob', 'dave*', 'erin*')
    const link = alice.invites()
    everybodyMeets(alice, bob, dave, erin)
    bob.admitsBy(link, new Person('carol'))
    alice.meets(bob)
    const rekey = alice.rekeys()
    dave.writes({ kind: 'revokeInvite', invite: link.invite })
    expect(alice.roster.rekeyNeeded).toBe(false)
    alice.meets(dave)
    expect(alice.sees).toBe('alice* bob dave* erin*')
    expect(alice.roster.rekeyNeededBy).toEqual([idOf(rekey)])
    alice.rekeys()
    expect(alice.roster.rekeyNeeded).toBe(false)
  })
})

describe('what is written where something that takes the right to it is filtered', () => {
  test('is filtered when the removal counts again, and with it a person whom the removed member let in', () => {
    const [alice, bob, carol, dave, erin] = setup('alice', 'bob*', 'carol', 'dave', 'erin')
    const link = alice.invites()
    everybodyMeets(alice, bob, carol, dave, erin)
    const removal = alice.removes(carol)
    carol.hears(removal, bob.makes(alice, 'member'))
    carol.admitsBy(link, new Person('frank'))
    expect(carol.sees).toBe('alice bob* carol dave erin frank')
    for (const each of [dave, erin]) {
      each.hears(removal)
      each.acknowledges()
    }
    everybodyMeets(alice, bob, carol, dave, erin)
    expect(dave.sees).toBe('alice bob* dave erin')
  })

  test('is filtered also where the admin that answered the removal wrote in two hands', () => {
    const [alice, bob, carol, dave] = setup('alice', 'bob*', 'carol', 'dave')
    const link = alice.invites()
    everybodyMeets(alice, bob, carol, dave)
    const twin = bob.twin()
    carol.hears(alice.removes(carol), bob.makes(alice, 'member'))
    carol.admitsBy(link, new Person('frank'))
    twin.renames('mine')
    dave.meets(alice, carol, twin)
    expect(dave.sees).toBe('alice* bob* dave')
  })

  test('takes nothing: in a cycle it is no answer from the same time', () => {
    const [alice, bob, carol, dave, erin] = setup('alice', 'bob*', 'carol*', 'dave*', 'erin*')
    carol.hears(alice.removes(carol), bob.removes(alice))
    carol.removes(dave)
    dave.removes(bob)
    everybodyMeets(alice, bob, carol, dave, erin)
    expect(erin.sees).toBe('alice* dave* erin*')
  })

  test('is filtered where it takes an admin and the role was taken, and stays where it takes none', () => {
    const [alice, bob, carol, dave, erin] = setup('alice', 'bob*', 'carol*', 'dave*', 'erin*')
    carol.hears(alice.makes(carol, 'member'), bob.removes(alice))
    const rekey = carol.rekeys()
    carol.makes(dave, 'member')
    dave.removes(bob)
    everybodyMeets(alice, bob, carol, dave, erin)
    expect(erin.sees).toBe('alice* carol dave* erin*')
    expect(erin.roster.rekeyings).toContainEqual(idOf(rekey))
  })

  test('takes nothing either where two admins sign behind each other whose demotions all others acknowledged', () => {
    const [alice, bob, erin, carol, dave] = setup('alice', 'bob*', 'erin*', 'carol*', 'dave*')
    const [carolBefore, daveBefore] = [carol.twin(), dave.twin()]
    alice.makes(carol, 'member')
    alice.makes(dave, 'member')
    everybodyMeets(alice, bob, erin)
    bob.acknowledges()
    erin.acknowledges()
    everybodyMeets(alice, bob, erin)
    const back = carolBefore.removes(alice)
    const demotions = [...alice.log.history.entries].map(({ operation }) => operation).filter(({ unsigned: { body } }) => body.kind === 'setRole')
    // Without the acknowledgements: there her removal filters his demotion.
    daveBefore.hears(...demotions, back)
    alice.hears(back, daveBefore.removes(bob))
    expect(alice.sees).toBe('alice* bob* carol dave erin*')
  })

  test('is filtered where its invite was revoked', () => {
    const [alice, bob, carol, dave, erin] = setup('alice', 'bob*', 'carol', 'dave*', 'erin*')
    const link = dave.invites()
    everybodyMeets(alice, bob, carol, dave, erin)
    carol.hears(alice.writes({ kind: 'revokeInvite', invite: link.invite }), bob.makes(alice, 'member'))
    carol.admitsBy(link, new Person('frank'))
    expect(carol.sees).toBe('alice bob* carol dave* erin* frank')
    erin.makes(bob, 'member')
    everybodyMeets(alice, bob, carol, dave, erin)
    expect(erin.sees).toBe('alice* bob carol dave* erin*')
  })

  test('stays where its author was let in again behind the removal', () => {
    const [alice, bob, carol, dave, erin] = setup('alice', 'bob*', 'carol', 'dave*', 'erin*', 'grace*', 'heidi*')
    dave.hears(alice.removes(carol), bob.removes(carol), erin.removes(bob))
    dave.admits(carol)
    carol.meets(dave)
    const rekey = carol.rekeys()
    alice.removes(erin)
    everybodyMeets(alice, bob, carol, dave, erin)
    expect(dave.sees).toBe('alice* bob* carol dave* grace* heidi*')
    expect(dave.roster.rekeyings).toContainEqual(idOf(rekey))
  })

  test('stays where its invite was made behind the removal', () => {
    const [alice, bob, carol, dave, erin] = setup('alice', 'bob*', 'carol', 'dave*', 'erin*', 'grace*', 'heidi*')
    dave.hears(alice.removes(carol), bob.makes(alice, 'member'))
    dave.admitsBy(dave.invites(), new Person('frank'))
    erin.makes(bob, 'member')
    everybodyMeets(alice, bob, carol, dave, erin)
    expect(dave.sees).toBe('alice* bob dave* erin* frank grace* heidi*')
  })

  test('stays where the role was given again behind the demotion', () => {
    const [alice, bob, carol, dave, erin] = setup('alice', 'bob*', 'carol*', 'dave*', 'erin*', 'grace*', 'heidi*')
    dave.hears(alice.makes(carol, 'member'), bob.removes(alice))
    dave.makes(carol, 'admin')
    carol.meets(dave)
    carol.makes(dave, 'member')
    erin.removes(bob)
    everybodyMeets(alice, bob, carol, dave, erin)
    expect(erin.sees).toBe('alice* carol* dave erin* grace* heidi*')
  })

  test('stays where its author was in charge in spite of the demotion', () => {
    const [alice, bob, tablet] = withTablet()
    alice.makes(bob, 'admin')
    bob.meets(alice)
    bob.makes(alice, 'member')
    bob.leaves()
    alice.meets(bob)
    const title = alice.roster.titleHash
    alice.renames('ours')
    tablet.rekeys()
    alice.meets(tablet)
    expect(alice.sees).toBe('alice*')
    expect(alice.roster.titleHash).not.toEqual(title)
  })

  test('stays where a list left its device out, and a later one has it', () => {
    const [alice, bob, tablet] = withTablet()
    alice.drops(tablet.device)
    const again = alice.adds('tablet')
    expect(again.device).toEqual(tablet.device)
    const title = again.roster.titleHash
    again.renames('ours')
    bob.rekeys()
    everybodyMeets(alice, bob, again)
    expect(bob.roster.titleHash).not.toEqual(title)
  })
})

describe('two device lists of a person from the same time', () => {
  test('make a rekey needed: one holds, and the other brought in a device that may have the secret', () => {
    const [alice, bob, tablet] = withTablet()
    const phone = alice.adds('phone')
    const watch = tablet.adds('watch')
    everybodyMeets(alice, bob, tablet)
    const held = [phone, watch].filter(({ device }) => bob.roster.deviceOf(device) !== undefined)
    expect(held).toHaveLength(1)
    expect(bob.roster.rekeyNeeded).toBe(true)
    bob.rekeys()
    expect(bob.roster.rekeyNeeded).toBe(false)
  })
})

describe('a revocation of one’s own device', () => {
  test('filters what that device wrote at the same time', () => {
    const [alice, bob, tablet] = withTablet()
    alice.makes(bob, 'admin')
    tablet.revokes(alice.device)
    everybodyMeets(alice, bob, tablet)
    expect(bob.sees).toBe('alice* bob')
  })

  test('takes back no role by which another then took from its person', () => {
    const [alice, bob, tablet] = withTablet()
    alice.makes(bob, 'admin')
    bob.meets(alice)
    bob.makes(alice, 'member')
    tablet.revokes(alice.device)
    everybodyMeets(alice, bob, tablet)
    expect(bob.sees).toBe('alice bob*')
  })

  test('is no answer to a removal either, also where the device had struck back', () => {
    const [alice, bob, tablet] = withTablet()
    alice.makes(bob, 'admin')
    bob.meets(alice)
    bob.removes(alice)
    alice.removes(bob)
    tablet.revokes(alice.device)
    everybodyMeets(alice, bob, tablet)
    expect(bob.sees).toBe('')
  })
})

/** The founder, who has a tablet besides, and a member. */
function withTablet(): readonly [Person, Person, Person] {
  const [alice, bob] = setup('alice', 'bob')
  const tablet = alice.adds('tablet')
  bob.meets(alice)
  return [alice, bob, tablet]
}
