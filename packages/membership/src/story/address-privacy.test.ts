/** Whether members' devices connect directly is a setting of the group's admins. */
import { expect, test } from 'vitest'
import { toHex } from '@sotto/wire'
import { mayAuthor } from '../roster/may-author.ts'
import { rosterFingerprint } from '../roster/roster-fingerprint.ts'
import { idOf, primitives } from './person.ts'
import { everybodyMeets, setup } from './setup.ts'

test('they may at first, until an admin says otherwise, and again', () => {
  const [alice, bob, carol] = setup('alice', 'bob*', 'carol')
  expect(carol.roster.isAddressPrivate).toBe(false)
  bob.hidesAddresses(true)
  everybodyMeets(alice, bob, carol)
  expect(carol.roster.isAddressPrivate).toBe(true)
  expect(rosterFingerprint(primitives, carol.roster)).toEqual(rosterFingerprint(primitives, alice.roster))
  alice.hidesAddresses(false)
  everybodyMeets(alice, bob, carol)
  expect(carol.roster.isAddressPrivate).toBe(false)
})

test('a member cannot say it', () => {
  const [alice, bob] = setup('alice', 'bob')
  bob.hidesAddresses(true)
  alice.meets(bob)
  expect(alice.roster.isAddressPrivate).toBe(false)
  expect(mayAuthor(primitives, bob.roster, bob, { kind: 'setAddressPrivacy', isOn: true })).toEqual({ code: 'onlyAdminsSetAddressPrivacy' })
})

test('what a removed admin said meanwhile is filtered', () => {
  const [alice, bob, carol] = setup('alice', 'bob*', 'carol')
  alice.hidesAddresses(true)
  everybodyMeets(alice, bob, carol)
  bob.hidesAddresses(false)
  carol.meets(bob)
  expect(carol.roster.isAddressPrivate).toBe(false)
  alice.removes(bob)
  everybodyMeets(alice, bob, carol)
  expect(carol.roster.isAddressPrivate).toBe(true)
})

test('of two at the same time one holds, for all the same', () => {
  const [alice, bob, carol] = setup('alice', 'bob*', 'carol')
  const both = [
    { id: toHex(idOf(alice.hidesAddresses(true))), isOn: true },
    { id: toHex(idOf(bob.hidesAddresses(false))), isOn: false },
  ].toSorted((a, b) => (a.id < b.id ? -1 : 1))
  everybodyMeets(alice, bob, carol)
  for (const each of [alice, bob, carol]) expect(each.roster.isAddressPrivate).toBe(both[0]?.isOn)
})
