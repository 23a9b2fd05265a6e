/** The two resolvers over the same random logs. */
import type { Primitives } from '@sotto/crypto/primitives'
import { addOperation, emptyLog, type MembershipLog } from '../log/log.ts'
import { operationIdOf } from '../log/sign-operation.ts'
import { recipients } from '../roster/recipients.ts'
import { type Answer, bruteForce } from './answer.ts'
import { bruteRecipients } from './brute-recipients.ts'
import { type Character, fixturesOf, withoutSignatures } from './fixtures.ts'
import { acceptedPlan } from './accepted-plan.ts'
import { holdProperties } from './held-properties.ts'
import { placeOperations } from './place-operations.ts'
import { hexOf } from './placed-operation.ts'
import { buildLog, type BuiltLog, type PlannedLog, shrinkLog, tellLog } from './planned-log.ts'
import { type Dice, diceOf, randomLog } from './random-log.ts'
import { resolverAnswer } from './resolver-answer.ts'

const MOST_OPERATIONS = 12
/** The properties of the model look at a log many times over: one in so many is held against them. */
const HELD_EVERY = 10

/** Logs that the resolvers read differently. */
export interface Disagreement {
  /** Of the log among the others of its run. */
  readonly seed: number
  /** The smallest log that keeps it. */
  readonly plan: PlannedLog
  /** The log and where the answers part, one line each. */
  readonly story: readonly string[]
}

export interface Comparison {
  readonly logs: number
  readonly operations: number
  /** Effective operations, of all: a run with few of them says little. */
  readonly effective: number
  readonly disagreements: readonly Disagreement[]
  /** Logs that were held against the properties of the model, and what broke one: seeds with names. */
  readonly held: number
  readonly broken: readonly string[]
}

/** What the comparison of one log needs; made once. */
export interface Bench {
  readonly primitives: Primitives
  readonly fixtures: readonly Character[]
}

/** `primitives` only lend their hash: operations of random logs count as checked. */
export function benchOf(primitives: Primitives): Bench {
  const quick = withoutSignatures(primitives)
  return { primitives: quick, fixtures: fixturesOf(quick) }
}

/**
 * Compares `logs` random logs of up to 12 operations and 6 people, with the seeds `seed`, `seed + step`, …
 * `onProgress` is told after each hundred. Stops at the tenth disagreement. Of each ten one is held against the properties of the model.
 */
export function compareResolvers(options: {
  readonly primitives: Primitives
  readonly logs: number
  readonly seed: number
  readonly step?: number
  readonly onProgress?: (logs: number) => void
}): Comparison {
  const { logs, seed, step = 1, onProgress } = options
  const bench = benchOf(options.primitives)
  const disagreements: Disagreement[] = []
  const broken: string[] = []
  let held = 0
  let done = 0
  let operations = 0
  let effective = 0
  while (done < logs && disagreements.length < 10) {
    const logSeed = seed + done * step
    const dice = diceOf(logSeed)
    // Most are written with the right. Of those that are not, one in four is kept, which both resolvers are to refuse.
    const planned = randomLog(dice, 3 + dice.below(MOST_OPERATIONS + 4))
    const plan = dice.chance(0.25) ? planned.slice(0, MOST_OPERATIONS) : acceptedPlan(bench.primitives, bench.fixtures, planned)
    const { isSame, answer } = compareOn(bench, plan, diceOf(logSeed))
    if (!isSame) disagreements.push(disagreementOf(bench, logSeed, plan))
    if (done % HELD_EVERY === 0) {
      const log = heard(bench, buildLog(bench.primitives, bench.fixtures, plan), diceOf(logSeed))
      broken.push(...holdProperties(bench.primitives, [log]).broken.map((each) => `seed ${logSeed}: ${each}`))
      held++
    }
    operations += plan.length
    effective += answer.effective.length
    done++
    if (done % 100 === 0) onProgress?.(done)
  }
  return { logs: done, operations, effective, disagreements, held, broken }
}

export interface Outcome {
  readonly isSame: boolean
  readonly answer: Answer
  readonly real: Answer
  /** Null where they agree on the recipients too; otherwise what each says. */
  readonly recipients: string | null
}

/** Whether both give one answer. The real one hears the operations in some order that the dice say. */
export function compareOn(bench: Bench, plan: PlannedLog, dice: Dice): Outcome {
  const built = buildLog(bench.primitives, bench.fixtures, plan)
  const real = resolverAnswer(heard(bench, built, dice))
  const { known, viewOf } = placeOperations(bench.primitives, built.operations)
  const answer = bruteForce(known, viewOf)
  const recipients = compareRecipients(bench, built, dice)
  return { isSame: recipients === null && JSON.stringify(answer) === JSON.stringify(real), answer, real, recipients }
}

/** One device lacks one of the operations, so that others wait for it, and has once seen a member as removed. */
function compareRecipients({ primitives }: Bench, { group, operations }: BuiltLog, dice: Dice): string | null {
  const withheld = dice.below(operations.length * 2)
  const some = operations.filter((_, index) => index !== withheld)
  const log = some.reduce((log, operation) => addOperation(primitives, log, operation).log, emptyLog(group))
  const nowMs = dice.below(2 ** 32)
  const removals = operations.flatMap(({ unsigned }) => (unsigned.body.kind === 'remove' ? [{ unsigned, account: unsigned.body.account }] : []))
  const seen = removals.slice(0, 1).map(({ unsigned, account }) => ({ account, removal: operationIdOf(primitives, unsigned) }))
  const { known, waiting, viewOf } = placeOperations(primitives, some)
  const real = recipients(log, nowMs, seen).map(hexOf).toSorted()
  const brute = bruteRecipients(
    known,
    waiting,
    nowMs,
    seen.map(({ account, removal }) => ({ account: hexOf(account), removal: hexOf(removal) })),
    viewOf,
  )
  return real.join() === brute.join() ? null : `recipients without operation ${withheld}: by brute force ${brute.join()}; the resolver ${real.join()}`
}

/** The log of a device that hears the operations in any order. */
export function heard({ primitives }: Bench, { group, operations }: BuiltLog, dice: Dice): MembershipLog {
  const order = operations.map((operation) => ({ operation, place: dice.below(2 ** 32) })).toSorted((a, b) => a.place - b.place)
  return order.reduce((log, { operation }) => addOperation(primitives, log, operation).log, emptyLog(group))
}

function disagreementOf(bench: Bench, seed: number, plan: PlannedLog): Disagreement {
  const differs = (smaller: PlannedLog): boolean => !compareOn(bench, smaller, diceOf(seed)).isSame
  const smallest = shrinkLog(plan, differs)
  const { answer, real, recipients } = compareOn(bench, smallest, diceOf(seed))
  return {
    seed,
    plan: smallest,
    story: [
      ...tellLog(smallest),
      ...(recipients === null ? [] : [recipients]),
      ...differences(answer, real, buildLog(bench.primitives, bench.fixtures, smallest).operations.length),
    ],
  }
}

/** The parts of the answers that are not the same. */
function differences(answer: Answer, real: Answer, operations: number): readonly string[] {
  const parts: string[] = []
  const compare = (what: string, ours: unknown, theirs: unknown): void => {
    const [one, other] = [JSON.stringify(ours), JSON.stringify(theirs)]
    if (one !== other) parts.push(`${what}: by brute force ${one}; the resolver ${other}`)
  }
  for (const key of Object.keys(answer.roster) as (keyof Answer['roster'])[]) compare(key, answer.roster[key], real.roster[key])
  compare('effective', answer.effective, real.effective)
  compare('taken in', answer.operations.length, real.operations.length)
  for (let i = 0; i < operations; i++) compare(`operation ${answer.operations[i]?.id ?? ''}`, answer.operations[i], real.operations[i])
  return parts
}
