/** The scheduler learns: what takes several steps in a row is reached from what reached the steps before. */
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../invented-encoding.ts'
import { randomSequence } from './mutate.ts'
import { createScheduler } from './scheduler.ts'
import { type ActSequence, kindOf, type StatefulTarget } from './target.ts'

const LOCK = ['left', 'right', 'right', 'up', 'left', 'down', 'up', 'right', 'down']

/** A lock of nine turns: any other turn begins it again. Open, it breaks. `isTold`: how far a sequence came is a feature. */
const lock = (isTold: boolean): StatefulTarget => ({
  name: 'lock',
  starts: 1,
  verbs: ['left', 'right', 'up', 'down'],
  play: ({ acts }) => {
    let turned = 0
    let farthest = 0
    for (const [verb] of acts) {
      turned = verb === LOCK[turned] ? turned + 1 : 0
      farthest = Math.max(farthest, turned)
      if (turned === LOCK.length) break
    }
    return {
      features: isTold ? [`turned ${farthest}`] : [],
      violations: farthest === LOCK.length ? [`it opened after ${acts.length} turns`] : [],
      shares: new Map([['turns', farthest / LOCK.length]]),
    }
  },
})

const ROUNDS = 400

describe('a scheduler', () => {
  test('opens a lock of nine turns, and says which turns alone are needed', () => {
    const scheduler = createScheduler({ target: lock(true), coverage: null, seed: 1, corpus: [] })
    for (let i = 0; i < ROUNDS && scheduler.failures.length === 0; i++) scheduler.round()
    expect(scheduler.failures.map(({ sequence }) => sequence.acts.map(([verb]) => verb))).toEqual([LOCK])
    expect(scheduler.shares.get('turns')).toBe(1)
  })

  test('does not open it if nothing says how far a sequence came', () => {
    const scheduler = createScheduler({ target: lock(false), coverage: null, seed: 1, corpus: [] })
    for (let i = 0; i < ROUNDS; i++) scheduler.round()
    expect(scheduler.failures).toEqual([])
  })

  test('keeps what it is given if it reaches something, and finds the same from the same seed', () => {
    const given: ActSequence = { start: 0, acts: LOCK.slice(0, 6).map((verb) => [verb, 0, 0] as const) }
    const run = (): readonly unknown[] => {
      const scheduler = createScheduler({ target: lock(true), coverage: null, seed: 3, corpus: [given] })
      for (let i = 0; i < 3; i++) scheduler.round()
      return [scheduler.reached(), ...scheduler.kept]
    }
    expect(run()).toEqual(run())
    expect(run()).toContainEqual({ sequence: given, features: ['turned 6'] })
  })

  test('tells faults apart by their kind, not by their numbers', () => {
    expect(kindOf('12 orphans of a group')).toBe(kindOf('13 orphans of a group'))
    expect(kindOf('12 orphans of a group')).not.toBe(kindOf('12 strangers'))
  })

  test('begins with sequences of the words that the target knows', () => {
    const { acts } = randomSequence(lock(true), seededRandom(5))
    expect(acts.length).toBeGreaterThan(0)
    expect(acts.every(([verb]) => LOCK.includes(verb))).toBe(true)
  })
})
