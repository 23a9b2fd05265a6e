/** One story for each rule that no other story needs: without the rule it ends otherwise. */
import { describe, expect, test } from 'vitest'
import { compareBytes, type OperationBody } from '@sotto/wire'
import { idOf, Person, seedOf } from './person.ts'
import { everybodyMeets, setup } from './setup.ts'

describe('acknowledged by a majority', () => {
  test('the word of an operation’s subject does not count', () => {
    const [alice, bob, carol, dave] = setup('alice', 'bob*', 'carol', 'dave')
    const removal = alice.removes(carol)
    bob.makes(alice, 'member')
    dave.hears(removal)
    dave.acknowledges()
    everybodyMeets(alice, bob, carol, dave)
    expect(dave.sees).toBe('alice bob* dave')
  })

  test('where there are other admins, it is for them to say', () => {
    const [alice, bob, carol, dave, erin] = setup('alice', 'bob*', 'carol*', 'dave', 'erin')
    const removal = alice.removes(bob)
    bob.removes(alice)
    carol.hears(removal)
    carol.acknowledges()
    everybodyMeets(alice, bob, carol, dave, erin)
    expect(erin.sees).toBe('alice* carol* dave erin')
  })

  test('a member that knows both takes no side', () => {
    const [alice, bob, carol, dave] = setup('alice', 'bob*', 'carol', 'dave')
    alice.makes(bob, 'member')
    bob.removes(carol)
    carol.acknowledges()
    dave.meets(alice, bob)
    dave.acknowledges()
    everybodyMeets(alice, bob, carol, dave)
    expect(dave.sees).toBe('alice* bob carol dave')
  })
})

describe('conflicts with', () => {
  test('a demotion takes nothing back that a member may do too', () => {
    const [alice, bob] = setup('alice', 'bob*')
    alice.makes(bob, 'member')
    const link = bob.invites({ uses: 2 })
    everybodyMeets(alice, bob)
    expect(alice.sees).toBe('alice* bob')
    alice.admitsBy(link, new Person('carol'))
    expect(alice.sees).toBe('alice* bob carol')
  })

  test('a departure closes invites: an admission at the same time is filtered', () => {
    const [alice, bob, carol] = setup('alice', 'bob', 'carol')
    const link = alice.invites({ uses: 5 })
    everybodyMeets(bob, carol, alice)
    bob.admitsBy(link, new Person('dave'))
    carol.leaves()
    everybodyMeets(alice, bob, carol)
    expect(alice.sees).toBe('alice* bob')
    expect(alice.roster.openInvites).toEqual([])
  })

  test('a departed member takes nothing back of what another device of theirs did', () => {
    const [alice, bob] = setup('alice', 'bob*')
    const phone = bob.adds('phone')
    everybodyMeets(alice, phone)
    phone.renames('last words')
    bob.leaves()
    everybodyMeets(alice, bob, phone)
    expect(alice.roster.titleHash).toEqual(seedOf('last words'))
    expect(alice.sees).toBe('alice*')
  })
})

describe('depends', () => {
  test('a removal by a person whose admission is filtered is filtered', () => {
    const [alice, bob, carol] = setup('alice', 'bob*', 'carol')
    const dave = new Person('dave')
    bob.admits(dave, 'admin')
    dave.log = bob.log
    dave.removes(carol)
    alice.removes(bob)
    everybodyMeets(alice, carol, dave)
    expect(carol.sees).toBe('alice* carol')
  })

  test('a role that two gave at the same time holds while one of the two is effective', () => {
    const [alice, bob, carol, dave] = setup('alice', 'bob*', 'carol', 'dave')
    alice.makes(carol, 'admin')
    const before = alice.log
    for (let i = 0; i < 3; i++) bob.acknowledges()
    bob.makes(carol, 'admin')
    carol.meets(alice, bob)
    carol.removes(dave)
    alice.log = before
    alice.removes(bob)
    everybodyMeets(alice, bob, carol)
    expect(carol.sees).toBe('alice* carol*')
  })
})

describe('removed', () => {
  test('a member who was removed and admitted again is in, whatever else was written meanwhile', () => {
    const [alice, bob, carol] = setup('alice', 'bob', 'carol')
    alice.removes(carol)
    alice.admits(carol)
    bob.rekeys()
    everybodyMeets(alice, bob)
    expect(bob.sees).toBe('alice* bob carol')
  })
})

describe('settings', () => {
  test('of two titles the one with more behind it holds, of two with as much the one with the smaller id', () => {
    const [alice, bob] = setup('alice', 'bob*')
    alice.acknowledges()
    alice.renames('deep')
    bob.renames('shallow')
    everybodyMeets(alice, bob)
    expect(bob.roster.titleHash).toEqual(seedOf('deep'))
    const titles = [alice, bob].map((person) => ({ person, operation: person.renames(`by ${person.name}`) }))
    everybodyMeets(alice, bob)
    const [first] = titles.toSorted((a, b) => compareIds(a.operation, b.operation))
    expect(alice.roster.titleHash).toEqual(seedOf(`by ${first?.person.name ?? ''}`))
  })
})

describe('entitled', () => {
  test('an invite for one lets in one', () => {
    const [alice] = setup('alice')
    const link = alice.invites({ uses: 1 })
    alice.admitsBy(link, new Person('bob'))
    alice.admitsBy(link, new Person('carol'))
    expect(alice.sees).toBe('alice* bob')
  })

  test('a member lets nobody in again whom an admin removed, an admin does', () => {
    const [alice, bob, carol] = setup('alice', 'bob', 'carol')
    alice.removes(carol)
    const link = alice.invites({ uses: 5 })
    everybodyMeets(alice, bob)
    bob.admitsBy(link, carol)
    alice.meets(bob)
    expect(alice.sees).toBe('alice* bob')
    alice.admitsBy(link, carol)
    expect(alice.sees).toBe('alice* bob carol')
  })

  test('a member who left by itself is let in again by any member', () => {
    const [alice, bob, carol] = setup('alice', 'bob', 'carol')
    carol.leaves()
    alice.meets(carol)
    const link = alice.invites({ uses: 5 })
    bob.meets(alice)
    bob.admitsBy(link, carol)
    expect(bob.sees).toBe('alice* bob carol')
  })

  test('an admin who is demoted at the same time brings nobody back who was removed', () => {
    const [alice, bob, carol] = setup('alice', 'bob*', 'carol')
    alice.removes(carol)
    const link = alice.invites({ uses: 5 })
    bob.meets(alice)
    bob.admitsBy(link, carol)
    alice.makes(bob, 'member')
    alice.meets(bob)
    expect(alice.sees).toBe('alice* bob')
  })

  test('a member who leaves names no admin', () => {
    const [alice, bob, carol] = setup('alice', 'bob', 'carol')
    bob.leaves(carol)
    everybodyMeets(alice, bob)
    expect(alice.sees).toBe('alice* carol')
  })

  test('nobody comes back with an older device list', () => {
    const [alice, bob] = setup('alice', 'bob')
    const old = bob.entry
    bob.adds('phone')
    alice.meets(bob)
    alice.removes(bob)
    const admission = (member: Person['entry']): OperationBody => ({
      kind: 'admit',
      invite: null,
      member,
      role: 'member',
      request: bob.asks(alice.log.group, null, member),
    })
    alice.writes(admission(old))
    expect(alice.sees).toBe('alice*')
    alice.writes(admission(bob.entry))
    expect(alice.sees).toBe('alice* bob')
  })

  test('a device list goes on from the one that is known', () => {
    const [alice, bob] = setup('alice', 'bob')
    const twin = bob.twin()
    bob.adds('phone')
    twin.adds('tablet')
    twin.adds('watch')
    alice.meets(bob)
    bob.writes({ kind: 'devices', member: twin.entry })
    expect(bob.roster.members.map(({ listVersion }) => listVersion).toSorted()).toEqual([1, 2])
  })
})

describe('rekeying', () => {
  test.each(['revokes', 'drops'] as const)('a member who %s a device draws no secret: a rekey is needed until one is written', (verb) => {
    const [alice, bob] = setup('alice', 'bob')
    const phone = bob.adds('phone')
    alice.meets(bob)
    const before = alice.roster.rekeyings
    expect(alice.roster.rekeyNeeded).toBe(false)
    const taken = bob[verb](phone.device)
    alice.meets(bob)
    expect(alice.roster.deviceOf(phone.device)).toBeUndefined()
    expect(alice.roster.rekeyings).toEqual(before)
    expect(alice.roster.rekeyNeededBy).toContainEqual(idOf(taken))
    expect(alice.roster.rekeyNeeded).toBe(true)
    const rekey = alice.rekeys()
    expect(alice.roster.rekeyings).toEqual([idOf(rekey)])
    expect(alice.roster.rekeyNeeded).toBe(false)
  })
})

describe('forks', () => {
  test('what removed members do with old keys closes no invite and makes no rekey needed', () => {
    const [alice, bob] = setup('alice', 'bob')
    const twin = bob.twin()
    alice.removes(bob)
    alice.invites()
    bob.acknowledges()
    twin.rekeys()
    alice.meets(bob, twin)
    expect(alice.roster.openInvites).toHaveLength(1)
    expect(alice.roster.rekeyNeeded).toBe(false)
  })

  test('a founder who was removed, or demoted, takes nobody out again by a second operation behind the first', () => {
    const verbs = [(by: Person, whom: Person) => by.removes(whom), (by: Person, whom: Person) => by.makes(whom, 'member')]
    for (const takes of verbs) {
      const [alice] = setup('alice')
      const begun = alice.log
      const [bob, carol] = [new Person('bob'), new Person('carol')]
      alice.admits(bob, 'admin')
      alice.admits(carol)
      bob.log = alice.log
      takes(bob, alice)
      bob.acknowledges()
      const before = bob.sees
      alice.log = begun
      alice.renames('mine')
      bob.meets(alice)
      expect(bob.sees).toBe(before)
      expect(bob.roster.isMember(carol.account)).toBe(true)
    }
  })
})

const compareIds = (a: Parameters<typeof idOf>[0], b: Parameters<typeof idOf>[0]): number => compareBytes(idOf(a), idOf(b))
