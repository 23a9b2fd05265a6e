/**
 * The properties of the models, held against real logs: each breaks on the log that the model finds where a rule is off, resolved
 * as in the model; and none does as the resolver has it. Which are held against worlds is a list.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadSodiumPrimitives } from '@sotto/crypto/primitives'
import { WHERE_HELD } from '../../packages/simulator/src/where-held.ts'
import { operationIdOf } from '../../packages/membership/src/log/sign-operation.ts'
import { bruteForce } from '../../packages/membership/src/oracle/answer.ts'
import { viewer } from '../../packages/membership/src/oracle/brute-force.ts'
import { benchOf, heard } from '../../packages/membership/src/oracle/compare-resolvers.ts'
import { devicesOf, members } from '../../packages/membership/src/oracle/facts.ts'
import { equalSetsGiveEqualRosters } from '../../packages/membership/src/oracle/heard-again.ts'
import { HELD_PROPERTIES, holdProperties } from '../../packages/membership/src/oracle/held-properties.ts'
import { brokenInGrowth } from '../../packages/membership/src/oracle/growth-properties.ts'
import { growthsOf } from '../../packages/membership/src/oracle/log-growth.ts'
import { hexOf, operationOf, type PlacedOperation } from '../../packages/membership/src/oracle/placed-operation.ts'
import { buildLog } from '../../packages/membership/src/oracle/planned-log.ts'
import { isDecisiveWord } from '../../packages/membership/src/oracle/properties-of-takings.ts'
import { diceOf } from '../../packages/membership/src/oracle/random-log.ts'
import { type ResolvedLog, resolvedLogOf, viewerOf } from '../../packages/membership/src/oracle/resolved-log.ts'
import { propertiesOf, readConfigurations } from '../../scripts/model-runs.ts'
import { ROOT } from '../../scripts/repository.ts'
import { type MembershipTrace, membershipTraces, planOfTrace } from './membership-trace.ts'

const bench = benchOf(await loadSodiumPrimitives())
const configurations = readConfigurations()
const traces = membershipTraces()
const configurationOf = (name: string) => configurations.find((each) => `${each.model}-${each.name.replaceAll(/[^a-z]+/g, '-')}` === name)
const builtOf = (trace: MembershipTrace) => buildLog(bench.primitives, bench.fixtures, planOfTrace(trace).plan)
const realLogOf = (trace: MembershipTrace) => heard(bench, builtOf(trace), diceOf(1))

/** The operations of a trace in their places, those too that no log takes in. */
function placedOf(trace: MembershipTrace): readonly PlacedOperation[] {
  const placed = new Map<string, PlacedOperation>()
  for (const { unsigned } of builtOf(trace).operations) {
    const parents = unsigned.parents.flatMap((parent) => placed.get(hexOf(parent)) ?? [])
    const id = hexOf(operationIdOf(bench.primitives, unsigned))
    placed.set(id, operationOf(bench.primitives, id, unsigned, new Set(parents.flatMap((parent) => [parent, ...parent.past]))))
  }
  return [...placed.values()]
}

/** A resolver that says of the whole trace what the model says with a rule off, and of each part of it what is right. */
function resolvedAsInModel(trace: MembershipTrace): ResolvedLog {
  const operations = placedOf(trace)
  const { offset } = planOfTrace(trace)
  const right = viewer()
  const wrong = new Set(operations.filter((_, place) => place < offset || ((trace.effective >> (place - offset)) & 1) === 1))
  const isWhole = (known: ReadonlySet<PlacedOperation>): boolean => known.size === operations.length
  const viewOf = viewerOf(operations, (known) => (isWhole(known) ? wrong : right(known).effective))
  const isAdmin = (account: string): boolean =>
    trace.members.some(({ member, admin }) => admin && hexOf(bench.fixtures[member]?.account ?? new Uint8Array()) === account)
  return {
    operations,
    viewOf,
    rosterOf: (known) => {
      const { roster } = bruteForce(known, viewOf)
      if (!isWhole(known)) return roster
      const present = roster.members.map((each) => ({ ...each, role: isAdmin(each.account) ? ('admin' as const) : ('member' as const) }))
      return { ...roster, members: present, rekeyNeededBy: trace.rekeyNeeded ? roster.rekeyNeededBy : [] }
    },
    // Without the rule that a removal that was seen keeps its subject from keys.
    recipients: (known) => members(viewOf(known)).flatMap((person) => devicesOf(viewOf(known), person)),
  }
}

describe('a log that the model finds where a rule is off', () => {
  const failing = traces.filter(({ name }) => configurationOf(name)?.fails !== undefined && configurationOf(name)?.off !== '5.4 order')

  test.each(failing)('breaks its property as the model resolves it: $name', ({ name, trace }) => {
    expect(brokenInGrowth(resolvedAsInModel(trace)).map((each) => each.name)).toContain(configurationOf(name)?.fails)
  })

  test.each(traces)('keeps all properties as the resolver has it: $name', ({ trace }) => {
    expect(holdProperties(bench.primitives, [realLogOf(trace)]).broken).toEqual([])
  })

  test('has a log for each property that can be broken by an operation', () => {
    const broken = failing.map(({ name }) => configurationOf(name)?.fails)
    expect([...new Set([...broken, 'equal_sets_give_equal_rosters'])].toSorted()).toEqual(HELD_PROPERTIES.toSorted())
  })

  test('gives no equal rosters where the first of a cycle is effective', () => {
    const trace = traces.find(({ name }) => configurationOf(name)?.off === '5.4 order')?.trace
    if (trace === undefined) throw new TypeError('no trace')
    const other = { ...trace, effective: trace.effective ^ ((1 << trace.operations.length) - 1) }
    expect(equalSetsGiveEqualRosters(bench.primitives, resolvedAsInModel(trace), resolvedAsInModel(other))).toBe(false)
    const real = resolvedLogOf(bench.primitives, realLogOf(trace))
    expect(equalSetsGiveEqualRosters(bench.primitives, real, real)).toBe(true)
  })

  test('takes back what took from its author by its word alone, which the properties leave out by name', () => {
    const trace = traces.find(({ name }) => configurationOf(name)?.finds === 'what_took_stays_whatever_was_said')?.trace
    if (trace === undefined) throw new TypeError('no trace')
    const growths = [...growthsOf(resolvedLogOf(bench.primitives, realLogOf(trace)))]
    const takesBack = growths.filter(({ earlier, now }) => [...earlier.effective].some((each) => !now.effective.has(each)))
    expect(takesBack.map(isDecisiveWord)).toContain(true)
  })
})

describe('each property of a model', () => {
  const models = Object.keys(WHERE_HELD)
  const readme = readFileSync(join(ROOT, 'models', 'README.md'), 'utf8')
  const invariants = readFileSync(join(ROOT, 'packages', 'simulator', 'src', 'invariants.ts'), 'utf8')

  test('is held against worlds, or the list says why it cannot be', () => {
    expect(models.toSorted()).toEqual([...new Set(configurations.map(({ model }) => model))].toSorted())
    for (const [model, where] of Object.entries(WHERE_HELD)) expect(Object.keys(where).toSorted(), model).toEqual(propertiesOf(model).toSorted())
  })

  test('is in the tables of the README, and no other is', () => {
    const named = [...readme.matchAll(/^\| `(?<name>[a-z_]+)` \|/gm)].map(({ groups }) => groups?.['name'] ?? '')
    expect(named.toSorted()).toEqual(models.flatMap(propertiesOf).toSorted())
  })

  test('fails in a configuration', () => {
    const failing = new Set(configurations.flatMap(({ model, fails }) => (fails === undefined ? [] : [`${model} ${fails}`])))
    expect([...failing].toSorted()).toEqual(models.flatMap((model) => propertiesOf(model).map((name) => `${model} ${name}`)).toSorted())
  })

  test('is held by an invariant that there is', () => {
    for (const [name, where] of Object.values(WHERE_HELD).flatMap((each) => Object.entries(each)))
      if ('by' in where) expect(invariants, name).toMatch(new RegExp(`^ \\* ${where.by} `, 'm'))
    expect(Object.keys(WHERE_HELD['membership']).toSorted()).toEqual(HELD_PROPERTIES.toSorted())
  })
})
