/** What members pass on to new ones is a setting of the admins. */
import { expect, test } from 'vitest'
import { LIMITS, NO_HISTORY } from '@sotto/wire'
import { rosterFingerprint } from '../roster/roster-fingerprint.ts'
import { mayAuthor } from '../roster/may-author.ts'
import { primitives } from './person.ts'
import { everybodyMeets, setup } from './setup.ts'

test('it is nothing at first, then what an admin said last', () => {
  const [alice, bob, carol] = setup('alice', 'bob', 'carol')
  expect(carol.roster.history).toEqual(NO_HISTORY)
  alice.passesOn({ days: 7, messages: 0 })
  everybodyMeets(alice, bob, carol)
  expect(carol.roster.history).toEqual({ days: 7, messages: 0 })
  alice.passesOn({ days: 0, messages: 100 })
  everybodyMeets(alice, bob, carol)
  expect(carol.roster.history).toEqual({ days: 0, messages: 100 })
  alice.passesOn(NO_HISTORY)
  everybodyMeets(alice, bob, carol)
  expect(carol.roster.history).toEqual(NO_HISTORY)
})

test('who is no admin may not say it, and is not heard', () => {
  const [alice, bob] = setup('alice', 'bob')
  expect(mayAuthor(primitives, bob.roster, bob, { kind: 'setHistory', days: 7, messages: 0 })).toEqual({ code: 'onlyAdminsSetHistory' })
  bob.passesOn({ days: 7, messages: 0 })
  alice.meets(bob)
  expect(alice.roster.history).toEqual(NO_HISTORY)
})

test('one that is none is no operation', () => {
  const [alice, bob] = setup('alice', 'bob')
  for (const wrong of [
    { days: 1, messages: 1 },
    { days: LIMITS.historyDays + 1, messages: 0 },
    { days: 0, messages: LIMITS.historyMessages + 1 },
  ])
    expect(bob.hears(alice.signs({ kind: 'setHistory', ...wrong }))).toEqual([{ code: 'badHistoryPolicy' }])
  expect(bob.roster.history).toEqual(NO_HISTORY)
  bob.hears(alice.passesOn({ days: LIMITS.historyDays, messages: 0 }))
  expect(bob.roster.history.days).toBe(LIMITS.historyDays)
})

test('what a removed admin said meanwhile is filtered', () => {
  const [alice, bob, carol] = setup('alice', 'bob*', 'carol')
  bob.passesOn({ days: 7, messages: 0 })
  carol.meets(bob)
  expect(carol.roster.history.days).toBe(7)
  alice.removes(bob)
  everybodyMeets(alice, bob, carol)
  expect(carol.roster.history).toEqual(NO_HISTORY)
})

test('rosters that differ in nothing else have other fingerprints', () => {
  const [alice] = setup('alice')
  const { roster } = alice
  for (const other of [
    { days: 1, messages: 0 },
    { days: 0, messages: 1 },
  ])
    expect(rosterFingerprint(primitives, { ...roster, history: other })).not.toEqual(rosterFingerprint(primitives, roster))
})
