import { describe, expect, test } from 'vitest'
import { LIMITS, type Operation } from '@sotto/wire'
import { recipients } from '../roster/recipients.ts'
import { idOf, Person } from '../story/person.ts'
import { setup } from '../story/setup.ts'
import { withoutOrphans } from './log.ts'

const NOW_MS = 1_000

/** Operations of this person's device behind one that nobody else hears of, as many as asked. */
function behindNothing(person: Person, count: number): readonly Operation[] {
  person.acknowledges()
  return Array.from({ length: count }, () => person.acknowledges())
}

/** A device that nobody else knows: Alice let it in, and forgets it. */
function forgottenBy(alice: Person): Person {
  const [frank, { log }] = [new Person('frank'), alice]
  alice.admits(frank)
  frank.log = alice.log
  alice.log = log
  return frank
}

/** Bob has heard nothing yet of what Alice removes Carol behind. */
function removalOutOfOrder() {
  const [alice, bob, carol] = setup('alice', 'bob', 'carol')
  alice.acknowledges()
  return { alice, bob, carol, removal: alice.removes(carol) }
}

describe('whatever else waits, an admin’s removal that cannot be placed yet keeps its subject from new keys:', () => {
  test('operations of devices that the log does not name', () => {
    const { alice, bob, carol, removal } = removalOutOfOrder()
    bob.hears(...behindNothing(forgottenBy(alice), LIMITS.orphansOfUnknown + 10))
    expect(bob.log.orphans.size).toBe(LIMITS.orphansOfUnknown)
    expect(bob.hears(removal)).toEqual(['orphaned'])
    expect(recipients(bob.log, NOW_MS)).not.toContainEqual(carol.device)
  })

  test('operations of a member, and of a removed one', () => {
    const { bob, carol, removal } = removalOutOfOrder()
    const outcomes = bob.hears(...behindNothing(carol, LIMITS.orphanOperations + 10))
    expect(outcomes.at(-1)).toEqual({ code: 'tooManyOrphans', limit: LIMITS.orphanOperations })
    expect(bob.log.orphans.size).toBe(LIMITS.orphanOperations)
    expect(bob.hears(removal)).toEqual(['orphaned'])
    expect(recipients(bob.log, NOW_MS)).not.toContainEqual(carol.device)
  })

  test('removals by a member that is no admin', () => {
    const { alice, bob, carol, removal } = removalOutOfOrder()
    carol.acknowledges()
    const removals = Array.from({ length: LIMITS.orphanRemovals + 10 }, () =>
      carol.signs({ kind: 'remove', account: alice.account, commitment: carol.account }, idOf(removal)),
    )
    bob.hears(...removals.slice(0, LIMITS.orphanRemovals))
    expect(bob.hears(removal)).toEqual(['orphaned'])
    expect(recipients(bob.log, NOW_MS)).not.toContainEqual(carol.device)
  })
})

test('nor do other operations of the admin take its place: of those an author with most would give up the newest', () => {
  const [alice, bob, carol] = setup('alice', 'bob', 'carol')
  const others = behindNothing(alice, LIMITS.orphanOperations)
  bob.hears(...others)
  expect(bob.hears(alice.renames('one more'))).toEqual([{ code: 'tooManyOrphans', limit: LIMITS.orphanOperations }])
  expect(bob.hears(alice.removes(carol))).toEqual(['orphaned'])
  expect(recipients(bob.log, NOW_MS)).not.toContainEqual(carol.device)
})

test('nor do removals by members, who may not remove anybody, make admins who removed many give up the newest', () => {
  const [alice, bob, carol, dave] = setup('alice', 'bob', 'carol', 'dave')
  const behind = idOf(alice.acknowledges())
  const removalsBy = (person: Person, whom: Person, count: number) => {
    person.acknowledges()
    return Array.from({ length: count }, (_, i) =>
      person.signs({ kind: 'remove', account: whom.account, commitment: new Uint8Array(32).fill(i) }, person === alice ? behind : idOf(person.acknowledges())),
    )
  }
  bob.hears(...removalsBy(carol, alice, LIMITS.orphanRemovals / 2 - 1), ...removalsBy(alice, dave, LIMITS.orphanRemovals / 2 + 1))
  expect(bob.hears(alice.removes(carol))).toEqual(['orphaned'])
  expect(recipients(bob.log, NOW_MS)).not.toContainEqual(carol.device)
})

test('where there are too many, the author with most gives up its newest', () => {
  const { alice, bob, carol } = removalOutOfOrder()
  const flood = behindNothing(carol, LIMITS.orphanOperations)
  bob.hears(...flood)
  const rename = alice.renames('behind the removal')
  expect(bob.hears(rename)).toEqual(['orphaned'])
  expect(bob.log.orphans.size).toBe(LIMITS.orphanOperations)
  expect(bob.hears(...flood.slice(-1))).toEqual([{ code: 'tooManyOrphans', limit: LIMITS.orphanOperations }])
})

test('of authors that the log does not name the oldest gives way, and those that it names keep their places', () => {
  const { alice, bob, removal } = removalOutOfOrder()
  const junk = behindNothing(forgottenBy(alice), LIMITS.orphansOfUnknown + 1)
  bob.hears(removal, ...junk)
  expect(bob.hears(...junk.slice(-1))).toEqual(['known'])
  bob.meets(alice)
  expect(bob.sees).toBe('alice* bob')
})

test('what has waited for too long is forgotten, and may come again', () => {
  const { alice, bob, removal } = removalOutOfOrder()
  bob.hears(removal)
  bob.log = withoutOrphans(bob.log, [idOf(removal)])
  expect(bob.log.orphans.size).toBe(0)
  expect(bob.hears(removal)).toEqual(['orphaned'])
  bob.meets(alice)
  expect(bob.sees).toBe('alice* bob')
})
