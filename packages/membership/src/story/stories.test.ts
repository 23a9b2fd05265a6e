import { describe, expect, test } from 'vitest'
import { hashOfHeads } from '@sotto/crypto'
import type { OperationBody, OperationId } from '@sotto/wire'
import { operationOf } from '../log/log-queries.ts'
import { rosterFingerprint } from '../roster/roster-fingerprint.ts'
import { idOf, Person, primitives } from './person.ts'
import { everybodyMeets, setup } from './setup.ts'

const sameRoster = (...people: readonly Person[]): void => {
  const prints = people.map(({ roster }) => rosterFingerprint(primitives, roster))
  for (const print of prints) expect(print).toEqual(prints[0])
}

describe('coming in', () => {
  test('the founder is the admin, and a person whom she admits is a member with their devices', () => {
    const [alice, bob] = setup('alice', 'bob')
    expect(bob.sees).toBe('alice* bob')
    expect(alice.roster.deviceOf(bob.device)?.account).toEqual(bob.account)
    expect(alice.roster.accountOf(bob.device)).toEqual(bob.account)
  })

  test('any member admits a person with an open invite', () => {
    const [alice, bob] = setup('alice', 'bob')
    const link = alice.invites()
    bob.meets(alice)
    bob.admitsBy(link, new Person('carol'))
    expect(bob.sees).toBe('alice* bob carol')
    expect(bob.roster.openInvites).toEqual([])
  })

  test('a member without an invite admits nobody', () => {
    const [, bob] = setup('alice', 'bob')
    bob.admits(new Person('carol'))
    expect(bob.sees).toBe('alice* bob')
  })

  test('a member invites members and no admins', () => {
    const [, bob] = setup('alice', 'bob')
    bob.invites({ role: 'admin' })
    expect(bob.roster.openInvites).toEqual([])
    bob.invites({ role: 'member', name: 'second' })
    expect(bob.roster.openInvites).toHaveLength(1)
  })

  test('a request that another invite signed is not taken in', () => {
    const [alice] = setup('alice')
    const first = alice.invites()
    const second = alice.invites({ name: 'second' })
    const outcome = alice.hears(
      alice.signs({
        kind: 'admit',
        invite: second.invite,
        member: new Person('bob').entry,
        role: 'member',
        request: new Person('bob').asks(alice.log.group, first),
      }),
    )
    expect(outcome).toEqual([{ code: 'badJoinRequest' }])
  })

  test('an admission that says of the joiner what it did not say is not taken in', () => {
    const [alice] = setup('alice')
    const bob = new Person('bob')
    const link = alice.invites()
    const request = bob.asks(alice.log.group, link)
    const [device] = bob.entry.devices
    if (device === undefined) throw new TypeError('no device')
    const elsewhere = { ...bob.entry, devices: [{ ...device, inbox: { ...device.inbox, relays: ['/dns4/mallory.example/tcp/443/wss'] } }] }
    const admit = (member: Person['entry'], proof = request, invite: OperationId | null = link.invite): OperationBody => ({
      kind: 'admit',
      invite,
      member,
      role: 'member',
      request: proof,
    })
    const bad = [{ code: 'badJoinRequest' }]
    expect(alice.hears(alice.signs(admit(elsewhere)))).toEqual(bad)
    expect(alice.hears(alice.signs(admit(bob.entry, { ...request, askedMs: request.askedMs + 1 })))).toEqual(bad)
    expect(alice.hears(alice.signs(admit(bob.entry, { ...request, deviceSignature: new Uint8Array(64) })))).toEqual(bad)
    // Nor is a person who did not ask made a member without an invite.
    expect(alice.hears(alice.signs(admit(bob.entry, request, null)))).toEqual(bad)
    expect(alice.hears(alice.signs(admit(bob.entry)))).toEqual(['added'])
    expect(alice.sees).toBe('alice* bob')
  })

  test("a request rests on the invite that its link describes: not on another member's with the same key, nor on one elsewhere in the log", () => {
    const [alice, mallory] = setup('alice', 'mallory')
    const before = mallory.twin()
    const link = alice.invites()
    mallory.meets(alice)
    const made = operationOf(mallory.log, link.invite)?.unsigned.body
    if (made === undefined) throw new TypeError('no invite')
    for (const copier of [mallory, before]) {
      const copy = copier.writes(made)
      const carol = new Person('carol')
      const request = carol.asks(copier.log.group, link)
      const admission = copier.signs({ kind: 'admit', invite: idOf(copy), member: carol.entry, role: 'member', request })
      expect(copier.hears(admission)).toEqual([{ code: 'badJoinRequest' }])
      // As its own invite the copy is good: a joiner with a link to that one answers it.
      const { account, parents } = copy.unsigned
      const own = { ...link, answered: { ...link.answered, inviter: account.slice(0, 16), headsHash: hashOfHeads(primitives, parents) } }
      const answer: OperationBody = { kind: 'admit', invite: idOf(copy), member: carol.entry, role: 'member', request: carol.asks(copier.log.group, own) }
      expect(copier.hears(copier.signs(answer))).toEqual(['added'])
    }
  })

  test('an invite closed by a removal lets nobody in', () => {
    const [alice, bob] = setup('alice', 'bob')
    const link = alice.invites({ uses: 5 })
    alice.removes(bob)
    expect(alice.roster.openInvites).toEqual([])
    alice.admitsBy(link, new Person('carol'))
    expect(alice.sees).toBe('alice*')
  })

  test('an admission by invite that is concurrent with a removal is filtered, and one that is not is effective', () => {
    const [alice, bob, carol] = setup('alice', 'bob', 'carol')
    const link = alice.invites({ uses: 5 })
    everybodyMeets(alice, bob, carol)
    bob.admitsBy(link, new Person('dave'))
    alice.removes(carol)
    everybodyMeets(alice, bob)
    expect(alice.sees).toBe('alice* bob')
    sameRoster(alice, bob)
    const again = alice.invites({ uses: 5, name: 'again' })
    bob.meets(alice)
    bob.admitsBy(again, new Person('dave'))
    expect(bob.sees).toBe('alice* bob dave')
  })

  test('an invite made while a member was being removed is closed too', () => {
    const [alice, bob, carol] = setup('alice', 'bob', 'carol')
    bob.invites()
    alice.removes(carol)
    everybodyMeets(alice, bob)
    expect(alice.roster.openInvites).toEqual([])
  })

  test('a revoked invite lets nobody in, not even at the same time', () => {
    const [alice, bob] = setup('alice', 'bob')
    const link = alice.invites({ uses: 5 })
    bob.meets(alice)
    bob.admitsBy(link, new Person('carol'))
    alice.writes({ kind: 'revokeInvite', invite: link.invite })
    everybodyMeets(alice, bob)
    expect(bob.sees).toBe('alice* bob')
  })

  test('a person who was admitted while the invite was being revoked may have the secret: a rekey is needed', () => {
    const [alice, bob] = setup('alice', 'bob')
    const link = alice.invites({ uses: 5 })
    bob.meets(alice)
    bob.admitsBy(link, new Person('carol'))
    alice.writes({ kind: 'revokeInvite', invite: link.invite })
    everybodyMeets(alice, bob)
    sameRoster(alice, bob)
    expect(alice.roster.rekeyNeeded).toBe(true)
    alice.rekeys()
    expect(alice.roster.rekeyNeeded).toBe(false)
  })

  test('a spent invite is filtered afterwards; those who came in at the same time stay and are shown', () => {
    const [alice, bob] = setup('alice', 'bob')
    const link = alice.invites({ uses: 1 })
    bob.meets(alice)
    alice.admitsBy(link, new Person('carol'))
    bob.admitsBy(link, new Person('dave'))
    everybodyMeets(alice, bob)
    expect(alice.sees).toBe('alice* bob carol dave')
    expect(alice.roster.overspentInvites).toEqual([{ id: link.invite, uses: 1, used: 2 }])
    alice.admitsBy(link, new Person('erin'))
    expect(alice.sees).toBe('alice* bob carol dave')
  })

  test('an invite admits with the role that it names and no other', () => {
    const [alice, bob] = setup('alice', 'bob')
    const link = alice.invites()
    bob.meets(alice)
    bob.admitsBy({ ...link, role: 'admin' }, new Person('carol'))
    expect(bob.sees).toBe('alice* bob')
  })

  test('a member who was admitted again while being removed elsewhere stays removed', () => {
    const [alice, bob, carol] = setup('alice', 'bob', 'carol')
    alice.makes(bob, 'admin')
    everybodyMeets(alice, bob, carol)
    // In one branch Carol leaves and comes back, deeper than the removal in the other.
    carol.leaves()
    bob.meets(carol)
    bob.admits(carol)
    alice.removes(carol)
    everybodyMeets(alice, bob)
    expect(alice.sees).toBe('alice* bob*')
    sameRoster(alice, bob)
  })

  test('a removed member comes back with a new admission, and not with the old one', () => {
    const [alice, bob] = setup('alice', 'bob')
    alice.removes(bob)
    expect(alice.sees).toBe('alice*')
    alice.admits(bob)
    expect(alice.sees).toBe('alice* bob')
    expect(alice.roster.departed).toEqual([])
  })
})

describe('going out', () => {
  test('a removal is a rekeying and shuts the removed member out, whatever they write later', () => {
    const [alice, bob] = setup('alice', 'bob')
    const removal = alice.removes(bob)
    bob.meets(alice)
    bob.rekeys()
    bob.renames('mine')
    alice.meets(bob)
    expect(alice.sees).toBe('alice*')
    expect(alice.roster.rekeyings).toEqual([idOf(removal)])
    expect(alice.roster.departed).toEqual([{ account: bob.account, how: 'removed', operation: idOf(removal) }])
  })

  test('what the removed member wrote at the same time is filtered', () => {
    const [alice, bob, carol] = setup('alice', 'bob*', 'carol')
    bob.admits(new Person('dave'))
    bob.renames('mine')
    alice.removes(bob)
    everybodyMeets(alice, carol)
    carol.meets(bob)
    expect(carol.sees).toBe('alice* carol')
    expect(carol.roster.titleHash).toEqual(alice.roster.titleHash)
  })

  test('what rests on a filtered admission is filtered with it', () => {
    const [alice, bob] = setup('alice', 'bob*')
    const dave = new Person('dave')
    bob.admits(dave, 'admin')
    dave.log = bob.log
    dave.admits(new Person('erin'))
    alice.removes(bob)
    alice.meets(dave)
    expect(alice.sees).toBe('alice*')
  })

  test('only admins remove', () => {
    const [alice, bob, carol] = setup('alice', 'bob', 'carol')
    bob.removes(carol)
    alice.meets(bob)
    expect(alice.sees).toBe('alice* bob carol')
  })

  test('an admission at the same time as the removal does not undo it', () => {
    const [alice, bob, carol] = setup('alice', 'bob*', 'carol')
    alice.removes(carol)
    bob.meets(alice)
    bob.admits(carol)
    alice.removes(carol)
    everybodyMeets(alice, bob)
    expect(alice.sees).toBe('alice* bob* carol')
    alice.removes(carol)
    bob.removes(carol)
    alice.admits(carol)
    everybodyMeets(alice, bob)
    expect(alice.sees).toBe('alice* bob*')
    sameRoster(alice, bob)
  })

  test('two admins who remove each other are both removed', () => {
    const [alice, bob, carol] = setup('alice', 'bob*', 'carol')
    alice.removes(bob)
    bob.removes(alice)
    everybodyMeets(alice, bob, carol)
    expect(carol.sees).toBe('carol*')
    expect(carol.roster.conflictingRekeys).toBe(true)
    sameRoster(alice, bob, carol)
  })

  test('three admins who remove each other in a ring are all removed', () => {
    const [alice, bob, carol, dave] = setup('alice', 'bob*', 'carol*', 'dave')
    alice.removes(bob)
    bob.removes(carol)
    carol.removes(alice)
    everybodyMeets(alice, bob, carol, dave)
    expect(dave.sees).toBe('dave*')
  })

  test('a removal that a majority acknowledged is not undone by one that was held back', () => {
    const [alice, bob, carol, dave] = setup('alice', 'bob*', 'carol', 'dave')
    bob.removes(alice)
    const removal = alice.removes(bob)
    carol.hears(removal)
    carol.acknowledges()
    dave.hears(removal)
    dave.acknowledges()
    everybodyMeets(carol, dave)
    carol.meets(bob)
    expect(carol.sees).toBe('alice* carol dave')
    dave.meets(carol)
    sameRoster(carol, dave)
  })

  test('one of two is no majority', () => {
    const [alice, bob, carol, dave] = setup('alice', 'bob*', 'carol', 'dave')
    bob.removes(alice)
    carol.hears(alice.removes(bob))
    carol.acknowledges()
    everybodyMeets(alice, bob, carol, dave)
    expect(dave.sees).toBe('carol* dave')
  })

  test('an admin who was made a member at the same time removes nobody', () => {
    const [alice, bob, carol] = setup('alice', 'bob*', 'carol')
    alice.makes(bob, 'member')
    bob.removes(carol)
    everybodyMeets(alice, bob)
    expect(alice.sees).toBe('alice* bob carol')
  })
})

describe('leaving', () => {
  test('makes a rekey needed until one is written', () => {
    const [alice, bob] = setup('alice', 'bob')
    const leave = bob.leaves()
    alice.meets(bob)
    expect(alice.sees).toBe('alice*')
    expect(alice.roster.rekeyNeeded).toBe(true)
    expect(alice.roster.rekeyNeededBy).toContainEqual(idOf(leave))
    expect(alice.roster.departed).toEqual([{ account: bob.account, how: 'left', operation: idOf(leave) }])
    const rekey = alice.rekeys()
    expect(alice.roster.rekeyNeeded).toBe(false)
    expect(alice.roster.rekeyings).toEqual([idOf(rekey)])
  })

  test('a rekey that did not know of it does not count', () => {
    const [alice, bob] = setup('alice', 'bob')
    bob.leaves()
    alice.rekeys()
    alice.meets(bob)
    expect(alice.roster.rekeyNeeded).toBe(true)
  })

  test('a last admin names a successor', () => {
    const [alice, bob, carol] = setup('alice', 'bob', 'carol')
    alice.leaves(carol)
    bob.meets(alice)
    expect(bob.sees).toBe('bob carol*')
  })

  test('without one the senior member is in charge, with all rights', () => {
    const [alice, bob, carol] = setup('alice', 'bob', 'carol')
    alice.leaves()
    everybodyMeets(alice, bob, carol)
    expect(carol.sees).toBe('bob* carol')
    bob.removes(carol)
    expect(bob.sees).toBe('bob*')
  })

  test('a departed member comes back by a new admission', () => {
    const [alice, bob] = setup('alice', 'bob')
    bob.leaves()
    alice.meets(bob)
    alice.admits(bob)
    expect(alice.sees).toBe('alice* bob')
  })
})

describe('settings', () => {
  test('of two roles given at the same time the lower wins, until one is given later', () => {
    const [alice, bob, carol] = setup('alice', 'bob*', 'carol')
    alice.makes(carol, 'admin')
    bob.makes(carol, 'member')
    everybodyMeets(alice, bob)
    expect(alice.sees).toBe('alice* bob* carol')
    alice.makes(carol, 'admin')
    expect(alice.sees).toBe('alice* bob* carol*')
  })

  test('of two titles the one with more behind it holds', () => {
    const [alice, bob] = setup('alice', 'bob*')
    alice.acknowledges()
    alice.renames('deep')
    const title = alice.roster.titleHash
    bob.renames('shallow')
    everybodyMeets(alice, bob)
    expect(bob.roster.titleHash).toEqual(title)
    sameRoster(alice, bob)
  })

  test('a policy holds for all', () => {
    const [alice, bob] = setup('alice', 'bob')
    alice.writes({ kind: 'setPolicy', rotateAfterMessages: 7, rotateAfterHours: 2 })
    bob.meets(alice)
    expect(bob.roster.policy).toEqual({ rotateAfterMessages: 7, rotateAfterMs: 7_200_000 })
  })

  test('two rekeyings at the same time are conflicting rekeys until one over both', () => {
    const [alice, bob] = setup('alice', 'bob')
    alice.rekeys()
    bob.rekeys()
    everybodyMeets(alice, bob)
    expect(alice.roster.conflictingRekeys).toBe(true)
    expect(alice.roster.rekeyingCount).toBe(2)
    alice.rekeys()
    expect(alice.roster.conflictingRekeys).toBe(false)
  })
})

describe('devices', () => {
  test('a second device writes as its person, and no longer once it is revoked', () => {
    const [alice, bob] = setup('alice', 'bob*')
    const phone = bob.adds('phone')
    phone.renames('from the phone')
    everybodyMeets(alice, bob, phone)
    expect(alice.roster.titleHash).toEqual(phone.roster.titleHash)
    expect(alice.roster.deviceOf(phone.device)).toBeDefined()
    const before = alice.roster.titleHash
    bob.revokes(phone.device)
    phone.renames('too late')
    alice.meets(bob, phone)
    expect(alice.roster.titleHash).toEqual(before)
    expect(alice.roster.deviceOf(phone.device)).toBeUndefined()
    expect(alice.roster.revokedDevices).toEqual([phone.device])
    expect(alice.roster.rekeyNeeded).toBe(true)
  })

  test('a device that forks its chain is revoked, and both branches are filtered', () => {
    const [alice, bob, carol] = setup('alice', 'bob*', 'carol')
    const before = alice.roster.titleHash
    const twin = bob.twin()
    bob.renames('one')
    twin.renames('two')
    twin.renames('three')
    everybodyMeets(alice, bob, twin, carol)
    expect(alice.roster.titleHash).toEqual(before)
    expect(alice.roster.revokedDevices).toEqual([bob.device])
    expect(alice.roster.rekeyNeeded).toBe(true)
    sameRoster(alice, bob, twin, carol)
    alice.rekeys()
    expect(alice.roster.rekeyNeeded).toBe(false)
  })

  test('a fork made later does not undo what others acknowledged before', () => {
    const [alice, bob, carol, dave] = setup('alice', 'bob*', 'carol', 'dave')
    const twin = bob.twin()
    bob.removes(dave)
    alice.meets(bob)
    alice.acknowledges()
    twin.renames('an excuse')
    alice.meets(twin)
    carol.meets(alice)
    expect(carol.sees).toBe('alice* bob* carol')
    expect(carol.roster.revokedDevices).toEqual([bob.device])
  })
})
