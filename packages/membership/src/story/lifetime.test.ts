/** How long messages last is a setting of the group, and every member's to change. */
import { expect, test } from 'vitest'
import { LIMITS, toHex } from '@sotto/wire'
import { rosterFingerprint } from '../roster/roster-fingerprint.ts'
import { idOf, primitives } from './person.ts'
import { everybodyMeets, setup } from './setup.ts'

test('they last at first, until a member says otherwise, and again', () => {
  const [alice, bob, carol] = setup('alice', 'bob', 'carol')
  expect(carol.roster.lifetimeSeconds).toBe(0)
  bob.setsLifetime(3_600)
  everybodyMeets(alice, bob, carol)
  expect(carol.roster.lifetimeSeconds).toBe(3_600)
  expect(rosterFingerprint(primitives, carol.roster)).toEqual(rosterFingerprint(primitives, alice.roster))
  alice.setsLifetime(0)
  everybodyMeets(alice, bob, carol)
  expect(carol.roster.lifetimeSeconds).toBe(0)
})

test('rosters that differ in nothing else have other fingerprints', () => {
  const [alice] = setup('alice')
  const { roster } = alice
  expect(rosterFingerprint(primitives, { ...roster, lifetimeSeconds: 300 })).not.toEqual(rosterFingerprint(primitives, roster))
})

test('one that is no lifetime is no operation', () => {
  const [alice, bob] = setup('alice', 'bob')
  for (const seconds of [1, LIMITS.lifetimeLeastSeconds - 1, LIMITS.lifetimeMostSeconds + 1]) {
    expect(alice.hears(bob.signs({ kind: 'setLifetime', seconds }))).toEqual([{ code: 'noLifetime' }])
    expect(alice.roster.lifetimeSeconds).toBe(0)
  }
  for (const seconds of [LIMITS.lifetimeLeastSeconds, LIMITS.lifetimeMostSeconds, 0]) {
    alice.hears(bob.setsLifetime(seconds))
    expect(alice.roster.lifetimeSeconds).toBe(seconds)
  }
})

test('what a removed member said meanwhile is filtered', () => {
  const [alice, bob, carol] = setup('alice', 'bob', 'carol')
  alice.setsLifetime(300)
  everybodyMeets(alice, bob, carol)
  bob.setsLifetime(0)
  carol.meets(bob)
  expect(carol.roster.lifetimeSeconds).toBe(0)
  alice.removes(bob)
  everybodyMeets(alice, bob, carol)
  expect(carol.roster.lifetimeSeconds).toBe(300)
})

test('of two at the same time one holds, for all the same', () => {
  const [alice, bob, carol] = setup('alice', 'bob', 'carol')
  const both = [
    { id: toHex(idOf(alice.setsLifetime(300))), seconds: 300 },
    { id: toHex(idOf(bob.setsLifetime(600))), seconds: 600 },
  ].toSorted((a, b) => (a.id < b.id ? -1 : 1))
  everybodyMeets(alice, bob, carol)
  for (const each of [alice, bob, carol]) expect(each.roster.lifetimeSeconds).toBe(both[0]?.seconds)
})
