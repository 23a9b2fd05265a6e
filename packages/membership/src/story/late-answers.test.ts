/** What becomes effective or filtered late, by operations that were held back or dated back (PROTOCOL §5.47, §6.8). */
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
