import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { GroupId, Operation } from '@sotto/wire'
import { EMPTY_STATE } from '../entries/group-state.ts'
import { missingParents, operationsInCausalOrder } from '../log/log-queries.ts'
import { addOperation, emptyLog, type MembershipLog, setOf, stateOfHeads } from '../log/log.ts'
import { resolve, rosterOfState } from '../roster/resolve.ts'
import { rosterFingerprint } from '../roster/roster-fingerprint.ts'
import { foldRegion } from '../rules/fold.ts'
import { tell } from './any-story.ts'
import { idOf, primitives } from './person.ts'

const plan = fc.record({ who: fc.nat(4), whom: fc.nat(4), what: fc.nat(12) })
const story = fc.array(plan, { minLength: 4, maxLength: 24 })

/** A group's id is that of its first operation. */
const groupOf = (operations: readonly Operation[]): GroupId => {
  const [create] = operations
  if (create === undefined) throw new TypeError('a story without a beginning')
  return idOf(create) as Uint8Array as GroupId
}

const addAll = (group: GroupId, operations: readonly Operation[]): MembershipLog =>
  operations.reduce((log, operation) => addOperation(primitives, log, operation).log, emptyLog(group))

test('equal sets of operations make equal rosters, in whatever order they come', () => {
  fc.assert(
    fc.property(
      story.chain((plans) => {
        const operations = tell(plans)
        return fc.record({
          operations: fc.constant(operations),
          shuffled: fc.shuffledSubarray([...operations], { minLength: operations.length }),
        })
      }),
      ({ operations, shuffled }) => {
        const group = groupOf(operations)
        const log = addAll(group, operations)
        const other = addAll(group, shuffled)
        expect(other.orphans.size).toBe(0)
        expect(missingParents(other)).toEqual([])
        expect(rosterFingerprint(primitives, resolve(other))).toEqual(rosterFingerprint(primitives, resolve(log)))
      },
    ),
    { numRuns: 60 },
  )
})

test('folding from the last waist makes what folding from the beginning does', () => {
  fc.assert(
    fc.property(story, (plans) => {
      const operations = tell(plans)
      const log = addAll(groupOf(operations), operations)
      const whole = foldRegion(log.history, setOf(log.heads), EMPTY_STATE, log.history.entries)
      const quick = stateOfHeads(log.history, log.heads)
      const print = (state: typeof whole) => rosterFingerprint(primitives, rosterOfState(log.group, state))
      expect(print(quick)).toEqual(print(whole))
    }),
    { numRuns: 60 },
  )
})

test('a log is not changed: adding to it makes another', () => {
  fc.assert(
    fc.property(story, (plans) => {
      const operations = tell(plans)
      const group = groupOf(operations)
      const half = addAll(group, operations.slice(0, operations.length >> 1))
      const before = rosterFingerprint(primitives, resolve(half))
      const rest = operations.slice(operations.length >> 1)
      const grown = rest.reduce((log, operation) => addOperation(primitives, log, operation).log, half)
      const grownAgain = rest.reduce((log, operation) => addOperation(primitives, log, operation).log, half)
      expect(operationsInCausalOrder(half)).toHaveLength(operations.length >> 1)
      expect(rosterFingerprint(primitives, resolve({ ...half }))).toEqual(before)
      expect(rosterFingerprint(primitives, resolve(grownAgain))).toEqual(rosterFingerprint(primitives, resolve(grown)))
    }),
    { numRuns: 15 },
  )
})
