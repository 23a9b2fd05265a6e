import { beforeAll, describe, expect, test } from 'vitest'
import { loadSodiumPrimitives } from '@sotto/crypto/primitives'
import { type Bench, benchOf, heard } from '../../packages/membership/src/oracle/compare-resolvers.ts'
import { bruteForce } from '../../packages/membership/src/oracle/answer.ts'
import { diceOf } from '../../packages/membership/src/oracle/random-log.ts'
import { operationIdOf } from '../../packages/membership/src/log/sign-operation.ts'
import { placeOperations } from '../../packages/membership/src/oracle/place-operations.ts'
import { hexOf } from '../../packages/membership/src/oracle/placed-operation.ts'
import { buildLog } from '../../packages/membership/src/oracle/planned-log.ts'
import { resolverAnswer } from '../../packages/membership/src/oracle/resolver-answer.ts'
import { readConfigurations } from '../../scripts/model-runs.ts'
import { type MembershipTrace, membershipTraces, planOfTrace } from './membership-trace.ts'

/** A log is heard in this many orders. */
const ORDERS = 5

/** Switched off in the model, these rules make another roster of the same log, or allow an operation that is filtered. */
const OTHER_ROSTER: readonly string[] = ['5.2', '5.4 order', '5.4 takes', '5.5', '5.12', '5.13', '5.47', '5.51', '5.39', '5.34', '5.7 devices']
/** These only say that no rekey is needed where it is. */
const NO_REKEY: readonly string[] = ['5.14', '6.8 admission', '6.8 leave', '6.8 revoke', '6.8 then']

const configurations = readConfigurations()
const traces = membershipTraces()
const offOf = (name: string): string | undefined => configurations.find((each) => `membership-${each.name.replaceAll(/[^a-z]+/g, '-')}` === name)?.off

let bench: Bench
beforeAll(async () => {
  bench = benchOf(await loadSodiumPrimitives())
})

/** What both resolvers make of a trace's log, in the model's words. */
function resolved(trace: MembershipTrace) {
  const { plan, offset } = planOfTrace(trace)
  const built = buildLog(bench.primitives, bench.fixtures, plan)
  const ids = built.operations.map(({ unsigned }) => hexOf(operationIdOf(bench.primitives, unsigned)))
  const brute = bruteForce(placeOperations(bench.primitives, built.operations).known)
  for (let seed = 1; seed <= ORDERS; seed++) expect(resolverAnswer(heard(bench, built, diceOf(seed)))).toEqual(brute)
  const personOf = (account: string): number => bench.fixtures.findIndex((each) => hexOf(each.account) === account)
  const effective = trace.operations.map((_, place) => brute.effective.includes(ids[offset + place] ?? ''))
  return {
    effective: effective.reduce((set, is, place) => set + (is ? 1 << place : 0), 0),
    rekeyNeeded: brute.roster.rekeyNeededBy.length > 0,
    members: brute.roster.members
      .map(({ account, role, devices }) => ({
        member: personOf(account),
        admin: role === 'admin',
        acts: devices.includes(hexOf(bench.fixtures[personOf(account)]?.devices[0] ?? new Uint8Array())),
      }))
      .toSorted((a, b) => a.member - b.member),
  }
}

test('every configuration that finds a log has its trace, and no other trace is kept', () => {
  const found = configurations.filter(({ model, fails, finds }) => model === 'membership' && (fails ?? finds) !== undefined)
  expect(traces.map(({ name }) => name).toSorted()).toEqual(found.map(({ name }) => `membership-${name.replaceAll(/[^a-z]+/g, '-')}`).toSorted())
})

describe('a log of the model makes in both resolvers the roster that it makes in the model', () => {
  test.each(traces.filter(({ name }) => !OTHER_ROSTER.includes(offOf(name) ?? '')))('$name', ({ name, trace }) => {
    const { rekeyNeeded, ...roster } = resolved(trace)
    expect(roster).toEqual({ effective: trace.effective, members: trace.members })
    // The rule that is off in the model is on here: there it is the counterexample, and here the rekey is needed.
    expect(rekeyNeeded).toBe(NO_REKEY.includes(offOf(name) ?? '') || trace.rekeyNeeded)
  })
})

describe('a log that breaks a property where a rule is off makes another roster where the rule is on', () => {
  test.each(traces.filter(({ name }) => OTHER_ROSTER.includes(offOf(name) ?? '')))('$name', ({ trace }) => {
    const { effective, members } = resolved(trace)
    expect({ effective, members }).not.toEqual({ effective: trace.effective, members: trace.members })
  })
})
