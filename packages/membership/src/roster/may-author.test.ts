import { expect, test } from 'vitest'
import type { OperationBody } from '@sotto/wire'
import { Person, primitives, seedOf } from '../story/person.ts'
import { setup } from '../story/setup.ts'
import { checkJoin } from './check-join.ts'
import { mayAuthor } from './may-author.ts'

const asked = (who: Person, body: OperationBody) => mayAuthor(primitives, who.roster, who, body)
const commitment = seedOf('commitment')

test('each rule says its sentence', () => {
  const [alice, bob, carol] = setup('alice', 'bob', 'carol')
  const dave = new Person('dave')
  dave.log = alice.log
  const admit: OperationBody = { kind: 'admit', invite: null, member: dave.entry, role: 'member', request: dave.asks(alice.log.group, null) }
  expect(asked(bob, { kind: 'remove', account: carol.account, commitment })).toEqual({ code: 'onlyAdminsRemove' })
  expect(asked(bob, { kind: 'setRole', account: carol.account, role: 'admin' })).toEqual({ code: 'onlyAdminsSetRoles' })
  expect(asked(bob, { kind: 'rename', titleHash: commitment })).toEqual({ code: 'onlyAdminsRename' })
  expect(asked(bob, { kind: 'setPolicy', rotateAfterMessages: 1, rotateAfterHours: 1 })).toEqual({ code: 'onlyAdminsSetPolicy' })
  expect(asked(bob, admit)).toEqual({ code: 'onlyAdminsAdmitWithoutInvite' })
  expect(asked(alice, admit)).toBe(true)
  expect(asked(alice, { kind: 'remove', account: alice.account, commitment })).toEqual({ code: 'whoGoesThemselvesLeaves' })
  expect(asked(alice, { kind: 'remove', account: dave.account, commitment })).toEqual({ code: 'subjectIsNoMember' })
  expect(asked(alice, { ...admit, member: bob.entry })).toEqual({ code: 'subjectIsMember' })
  expect(asked(alice, { kind: 'devices', member: bob.entry })).toEqual({ code: 'onlyTheirOwnerChangesDevices' })
  expect(asked(dave, { kind: 'rekey', commitment })).toEqual({ code: 'onlyMembersWrite' })
  expect(asked(bob, { kind: 'rekey', commitment })).toBe(true)
  expect(asked(alice, { kind: 'setPolicy', rotateAfterMessages: 0, rotateAfterHours: 1 })).toEqual({ code: 'policyWithoutRotation' })
})

test('a last admin names a successor before leaving, unless nobody stays', () => {
  const [alice, bob] = setup('alice', 'bob')
  expect(asked(alice, { kind: 'leave', successor: null })).toEqual({ code: 'lastAdminNamesSuccessor' })
  expect(asked(alice, { kind: 'setRole', account: alice.account, role: 'member' })).toEqual({ code: 'lastAdminNamesSuccessor' })
  expect(asked(alice, { kind: 'leave', successor: bob.account })).toBe(true)
  expect(asked(bob, { kind: 'leave', successor: null })).toBe(true)
  const [alone] = setup('carol')
  expect(asked(alone, { kind: 'leave', successor: null })).toBe(true)
})

test('a person whose older device list comes back, or forks, is refused', () => {
  const [alice, bob] = setup('alice', 'bob')
  const before = bob.entry
  const fork = bob.twin()
  bob.adds('phone')
  alice.meets(bob)
  expect(mayAuthor(primitives, alice.roster, bob, { kind: 'devices', member: before })).toEqual({
    code: 'olderDeviceList',
    version: 1,
    knownVersion: 2,
  })
  fork.adds('tablet')
  expect(mayAuthor(primitives, alice.roster, bob, { kind: 'devices', member: fork.entry })).toEqual({ code: 'forkedDeviceList', version: 2 })
})

test('a request to join is granted with an open invite, and refused with its reason otherwise', () => {
  const [alice, bob] = setup('alice', 'bob')
  const carol = new Person('carol')
  const link = alice.invites({ uses: 1 })
  const { group } = alice.log
  const check = (who: Person, nowMs: number, proof = who.asks(group, link), answered = link.answered) =>
    checkJoin(primitives, alice.roster, { invite: answered, member: who.entry, proof }, nowMs)
  expect(check(carol, 4_999)).toMatchObject({ ok: true, invite: { id: link.invite, usesLeft: 1 } })
  expect(check(carol, 5_000)).toEqual({ code: 'inviteExpired', expiresMs: 5_000, nowMs: 5_000 })
  expect(check(carol, 1, bob.asks(group, link))).toEqual({ code: 'badSignature' })
  expect(check(bob, 1)).toEqual({ code: 'alreadyMember' })
  expect(check(carol, 1, carol.asks(group, link), { ...link.answered, inviter: bob.account.slice(0, 16) })).toEqual({ code: 'foreignInvite' })
  alice.admitsBy(link, carol)
  expect(check(new Person('dave'), 1)).toEqual({ code: 'inviteSpent', uses: 1 })
  alice.removes(carol)
  expect(check(carol, 1)).toEqual({ code: 'inviteClosed' })
})
