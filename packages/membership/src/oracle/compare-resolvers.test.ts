import { describe, expect, test } from 'vitest'
import { loadSodiumPrimitives } from '@sotto/crypto/primitives'
import { benchOf, compareOn, compareResolvers, heard } from './compare-resolvers.ts'
import { holdProperties } from './held-properties.ts'
import { buildLog, type PlannedBody, type PlannedLog, type PlannedOperation, shrinkLog } from './planned-log.ts'
import { diceOf, randomLog } from './random-log.ts'
import { resolverAnswer } from './resolver-answer.ts'

const primitives = await loadSodiumPrimitives()
const bench = benchOf(primitives)
const SEED = (Date.now() & 0xffffff) * 256

test('two resolvers, written in two styles from the same sentences, agree on random logs, and those keep the properties of the model', () => {
  const { logs, operations, effective, disagreements, held, broken } = compareResolvers({ primitives, logs: 3_000, seed: SEED })
  expect(disagreements, `seed ${SEED}`).toEqual([])
  expect(broken, `seed ${SEED}`).toEqual([])
  expect(held).toBe(300)
  expect(logs).toBe(3_000)
  expect(effective / operations).toBeGreaterThan(0.5)
})

test('random logs have every kind of operation, branches, and devices in two hands', () => {
  const plans = Array.from({ length: 400 }, (_, i) => randomLog(diceOf(SEED + i), 12))
  const all = plans.flat()
  expect(new Set(all.map(({ body }) => body.kind)).size).toBe(16)
  expect(plans.filter((plan) => plan.some(({ parents }) => parents.length > 1)).length).toBeGreaterThan(200)
  expect(plans.filter(hasFork).length).toBeGreaterThan(20)
})

const hasFork = (plan: PlannedLog): boolean =>
  plan.some((one) => plan.some((two) => one !== two && one.person === two.person && one.device === two.device && one.previous === two.previous))

test('a log that fails is made as small as it can be', () => {
  const plan = randomLog(diceOf(3), 12)
  const removals = (some: PlannedLog): number => some.filter(({ body }) => body.kind === 'remove').length
  const smallest = shrinkLog(plan, (smaller) => removals(smaller) >= 1)
  expect(removals(plan)).toBeGreaterThanOrEqual(1)
  expect(smallest.map(({ body }) => body.kind)).toEqual(['create', 'remove'])
})

describe('logs on which the resolvers once disagreed, or would with one rule less', () => {
  const by = (person: number, previous: number | null, parents: readonly number[], body: PlannedBody, device = 0): PlannedOperation => ({
    person,
    device,
    previous,
    parents,
    salt: parents.length,
    body,
  })
  const create = by(0, null, [], { kind: 'create' })
  const admit = (previous: number, parents: readonly number[], whom: number, role: 'admin' | 'member', list = 0): PlannedOperation =>
    by(0, previous, parents, { kind: 'admit', invite: null, whom, list, role })
  const cases: Readonly<Record<string, PlannedLog>> = {
    'an admin who is demoted leaves at the same time and names a successor': [
      create,
      admit(0, [0], 1, 'admin'),
      by(1, null, [1], { kind: 'leave', successor: 0 }),
      by(0, 1, [1], { kind: 'setRole', whom: 1, role: 'member' }),
    ],
    'a device writes on what brought it in first, and the list that came after is filtered': [
      create,
      by(0, 0, [0], { kind: 'devices', whom: 0, list: 1 }),
      by(0, 1, [1], { kind: 'devices', whom: 0, list: 1 }),
      by(0, null, [2], { kind: 'rekey' }, 1),
      by(0, 1, [1], { kind: 'devices', whom: 0, list: 5 }),
    ],
    'one device key under two accounts': [
      create,
      admit(0, [0], 1, 'admin'),
      by(1, null, [1], { kind: 'devices', whom: 1, list: 2 }),
      by(0, 1, [1], { kind: 'devices', whom: 0, list: 2 }),
    ],
    'a person whose removal was seen is admitted twice at the same time, once knowing of it': [
      create,
      admit(0, [0], 1, 'admin'),
      admit(1, [1], 2, 'member'),
      by(1, null, [2], { kind: 'remove', whom: 2 }),
      by(0, 2, [2], { kind: 'remove', whom: 2 }),
      admit(4, [4], 2, 'member'),
      by(1, 3, [3, 4], { kind: 'acknowledge' }),
      by(1, 6, [6], { kind: 'admit', invite: null, whom: 2, list: 0, role: 'member' }),
    ],
  }
  for (const [name, plan] of Object.entries(cases)) {
    test(name, () => {
      for (let seed = 0; seed < 8; seed++) {
        const { real, answer, recipients } = compareOn(bench, plan, diceOf(seed))
        expect(real.operations).toHaveLength(plan.length)
        expect(real).toEqual(answer)
        expect(recipients).toBeNull()
      }
    })
  }
})

test('who forks a device takes back what it wrote there, and is the better off for nothing that others took', () => {
  const by = (person: number, previous: number | null, parents: readonly number[], body: PlannedBody): PlannedOperation => ({
    person,
    device: 0,
    previous,
    parents,
    salt: 1,
    body,
  })
  const three: PlannedLog = [
    by(0, null, [], { kind: 'create' }),
    by(0, 0, [0], { kind: 'admit', invite: null, whom: 1, list: 0, role: 'admin' }),
    by(0, 1, [1], { kind: 'admit', invite: null, whom: 2, list: 0, role: 'admin' }),
    by(2, null, [2], { kind: 'remove', whom: 1 }),
    by(0, 2, [2], { kind: 'remove', whom: 2 }),
  ]
  const inCycle = by(1, null, [2], { kind: 'setRole', whom: 0, role: 'member' })
  const beside = by(1, null, [1], { kind: 'rename', value: 0 })
  const resolved = (plan: PlannedLog) => {
    const log = heard(bench, buildLog(bench.primitives, bench.fixtures, plan), diceOf(1))
    return { broken: holdProperties(bench.primitives, [log]).broken, people: resolverAnswer(log).roster.members.map(({ devices }) => devices.length) }
  }
  expect(resolved(three)).toEqual({ broken: [], people: [1, 1] })
  expect(resolved([...three, inCycle, beside])).toEqual({ broken: [], people: [1, 0] })
})
