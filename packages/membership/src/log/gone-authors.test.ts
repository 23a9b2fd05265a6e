import { expect, test, vi } from 'vitest'
import { LIMITS, type Operation } from '@sotto/wire'
import { type Person, idOf, primitives } from '../story/person.ts'
import { setup } from '../story/setup.ts'
import { isOverBudget } from './gone-authors.ts'
import { operationsInCausalOrder } from './log-queries.ts'
import { addKeptOperation, addWaitingOperation, emptyLog, entryOf, setOf, stateOfLog } from './log.ts'

const SOME_MORE = 10

const chainOf = (person: Person, count: number): readonly Operation[] => Array.from({ length: count }, () => person.acknowledges())

/** Carol is removed, has not heard of it, and has written for long. */
function removedAndWriting() {
  const [alice, bob, carol] = setup('alice', 'bob', 'carol')
  alice.removes(carol)
  return { alice, bob, carol, chain: chainOf(carol, LIMITS.operationsOfGone + SOME_MORE) }
}

test('a device keeps so many operations of a removed member beside its removal, and no more', () => {
  const { alice, chain } = removedAndWriting()
  const outcomes = alice.hears(...chain)
  expect(outcomes.slice(0, LIMITS.operationsOfGone).every((each) => each === 'added')).toBe(true)
  expect(outcomes[LIMITS.operationsOfGone]).toBe('held')
  expect(alice.log.count).toBe(4 + LIMITS.operationsOfGone)
})

test('branches of its chain are no way around that', () => {
  const [alice, carol] = setup('alice', 'carol')
  alice.removes(carol)
  const first = carol.acknowledges()
  const branches = Array.from({ length: LIMITS.operationsOfGone + SOME_MORE }, (_, i) =>
    carol.signs({ kind: 'rekey', commitment: new Uint8Array(32).fill(i) }, idOf(first)),
  )
  const outcomes = alice.hears(first, ...branches)
  expect(outcomes.filter((each) => each === 'added')).toHaveLength(LIMITS.operationsOfGone)
  expect(outcomes.at(-1)).toBe('held')
})

test('nor are branches at the end of a chain', () => {
  const [alice, carol] = setup('alice', 'carol')
  alice.removes(carol)
  const before = alice.log.count
  const trunk = chainOf(carol, LIMITS.operationsOfGone / 2)
  const twin = carol.twin()
  alice.hears(...trunk, ...chainOf(carol, LIMITS.operationsOfGone), twin.rekeys(), ...chainOf(twin, LIMITS.operationsOfGone))
  expect(alice.log.count).toBe(before + LIMITS.operationsOfGone)
})

test('a member whose device is in two hands has an end too, from the first branch on', () => {
  const [alice, carol] = setup('alice', 'carol')
  const trunk = chainOf(carol, LIMITS.operationsOfGone)
  const twin = carol.twin()
  alice.hears(...trunk, carol.acknowledges(), twin.rekeys())
  const before = alice.log.count
  const outcomes = alice.hears(...chainOf(twin, LIMITS.operationsOfGone + SOME_MORE))
  expect(outcomes).toContain('held')
  expect(alice.log.count).toBe(before + LIMITS.operationsOfGone - 2)
})

test('a removal whose author has seen what was kept makes no room for more', () => {
  const [alice, bob, carol] = setup('alice', 'bob', 'carol')
  const trunk = chainOf(carol, LIMITS.operationsOfGone)
  const twin = carol.twin()
  const all = [...trunk, carol.acknowledges(), twin.rekeys(), ...chainOf(twin, LIMITS.operationsOfGone + SOME_MORE)]
  alice.hears(...all)
  alice.removes(carol)
  bob.hears(...operationsInCausalOrder(alice.log), ...all)
  expect(bob.log.count).toBe(alice.log.count)
})

test('what waited when the log was stored waits in the log that is built again, whatever its author is now', () => {
  const { alice, carol, chain } = removedAndWriting()
  alice.hears(...chain)
  alice.admits(carol)
  expect([alice.log.orphans.size, alice.roster.isMember(carol.account)]).toEqual([SOME_MORE, true])
  const placed = operationsInCausalOrder(alice.log).reduce((built, each) => addKeptOperation(primitives, built, each).log, emptyLog(alice.log.group))
  const again = [...alice.log.orphans.values()].reduce((built, { operation }) => addWaitingOperation(primitives, built, operation).log, placed)
  expect([again.count, again.orphans.size]).toEqual([alice.log.count, SOME_MORE])
})

test('nor is the last one first', () => {
  const { alice, chain } = removedAndWriting()
  alice.hears(...chain.toReversed())
  expect(alice.log.count).toBe(4 + LIMITS.operationsOfGone)
})

test('what a member took in before it heard of the removal comes through, and both have the same', () => {
  const { alice, bob, chain } = removedAndWriting()
  bob.hears(...chain)
  const seen = bob.acknowledges()
  alice.hears(...chain)
  expect(alice.hears(seen)).toEqual(['added'])
  bob.meets(alice)
  expect(alice.log.heads.map(({ id }) => id)).toEqual(bob.log.heads.map(({ id }) => id))
})

test('what brings held operations into their places and is wrong in its own is refused, and does not wait', () => {
  const { alice, bob, chain } = removedAndWriting()
  alice.hears(...chain)
  bob.hears(...chain)
  const wrong = bob.signs({ kind: 'remove', account: alice.account, commitment: alice.account })
  expect(alice.hears(wrong)).toEqual([expect.objectContaining({ code: 'notEntitled' })])
  expect([alice.log.count, alice.log.orphans.size]).toEqual([4 + chain.length, 0])
})

test('a member may write as much as it likes', () => {
  const [alice, bob, carol] = setup('alice', 'bob*', 'carol')
  bob.makes(carol, 'admin')
  const outcomes = alice.hears(...chainOf(carol, LIMITS.operationsOfGone + SOME_MORE))
  expect(outcomes.every((each) => each === 'added')).toBe(true)
})

test('a demoted member writes on, and what it writes costs no fold of the whole log', () => {
  const [alice, carol] = setup('alice', 'carol*')
  alice.makes(carol, 'member')
  alice.hears(...chainOf(carol, LIMITS.operationsOfGone + SOME_MORE))
  const next = carol.acknowledges().unsigned
  const past = setOf([...next.parents].flatMap((parent) => entryOf(alice.log, parent) ?? []))
  const folded = vi.fn(() => stateOfLog(alice.log))
  expect(isOverBudget(alice.log, folded, past, next)).toBe(false)
  expect(folded).not.toHaveBeenCalled()
})
