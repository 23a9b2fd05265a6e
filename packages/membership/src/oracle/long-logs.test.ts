import { describe, expect, test } from 'vitest'
import { loadSodiumPrimitives } from '@sotto/crypto/primitives'
import { toBase64url } from '@sotto/wire'
import { heads, missingFrom } from '../log/log-queries.ts'
import { addOperation, emptyLog, type MembershipLog } from '../log/log.ts'
import { resolve } from '../roster/resolve.ts'
import { acceptedPlan } from './accepted-plan.ts'
import { fixturesOf, withoutSignatures } from './fixtures.ts'
import { holdProperties } from './held-properties.ts'
import { heard } from './compare-resolvers.ts'
import { LONG_LOG_NAMES, longLog, type Shape } from './long-log.ts'
import { buildLog, type BuiltLog } from './planned-log.ts'
import { diceOf } from './random-log.ts'
import { resolverAnswer } from './resolver-answer.ts'

const primitives = withoutSignatures(await loadSodiumPrimitives())
const bench = { primitives, fixtures: fixturesOf(primitives, LONG_LOG_NAMES) }
/** Each operation is looked at with each other. */
const HELD = 120
const SEED = Date.now() & 0xffffff

const built = (shape: Shape, length: number): BuiltLog =>
  buildLog(primitives, bench.fixtures, acceptedPlan(primitives, bench.fixtures, longLog(shape, length, SEED)))
const inOrder = ({ group, operations }: BuiltLog): MembershipLog => operations.reduce((log, each) => addOperation(primitives, log, each).log, emptyLog(group))
const shapes: readonly Shape[] = ['line', 'busy', 'two partitions', 'silent device', 'flood']

describe('a log of hundreds of operations', () => {
  for (const shape of shapes) {
    test(`makes one state in whatever order it comes: ${shape}`, () => {
      const whole = built(shape, 400)
      const answer = resolverAnswer(inOrder(whole))
      expect(answer.effective.length, `seed ${SEED}`).toBeGreaterThan(150)
      for (let i = 0; i < 3; i++) expect(resolverAnswer(heard(bench, whole, diceOf(SEED + i))), `seed ${SEED}`).toEqual(answer)
    })

    test(`keeps the properties of the model: ${shape}`, () => {
      expect(holdProperties(primitives, [inOrder(built(shape, HELD))]).broken, `seed ${SEED}`).toEqual([])
    })

    test(`makes one state when two who each heard a part tell each other: ${shape}`, () => {
      const whole = built(shape, 400)
      const dice = diceOf(SEED)
      const halves = [0, 1].map(() => heard(bench, { ...whole, operations: whole.operations.filter(() => dice.chance(0.97)) }, dice))
      const [one, other] = halves
      if (one === undefined || other === undefined) throw new RangeError('two were to be')
      const told = tell(one, other)
      const answer = resolverAnswer(tell(other, one))
      expect(resolverAnswer(told), `seed ${SEED}`).toEqual(answer)
      expect(told.count).toBeGreaterThanOrEqual(Math.max(one.count, other.count))
      expect(heads(told).map(toBase64url)).toEqual(heads(tell(other, one)).map(toBase64url))
    })
  }
})

/** `to` hears what it lacks, those that wait for a parent as well. */
function tell(from: MembershipLog, to: MembershipLog): MembershipLog {
  const { operations } = missingFrom(from, heads(to))
  const waiting = [...from.orphans.values()].map(({ operation }) => operation)
  const log = [...operations, ...waiting].reduce((log, each) => addOperation(primitives, log, each).log, to)
  resolve(log)
  return log
}
