/**
 * The membership log as a target of the stateful fuzzer: operations of a few people and their devices, written with whatever
 * past and right their authors please, heard in several orders. Both resolvers must say the same, and an operation must cost
 * hashes and signature checks in proportion to what it says.
 */
import type { Primitives } from '@sotto/crypto/primitives'
import { addOperation, emptyLog, type MembershipLog } from '@sotto/membership'
import { LIMITS } from '@sotto/wire'
import { benchOf, compareOn } from '../../../../packages/membership/src/oracle/compare-resolvers.ts'
import { LISTS, NAMES } from '../../../../packages/membership/src/oracle/fixtures.ts'
import { buildLog, type PlannedBody, type PlannedLog, type PlannedOperation, tellLog } from '../../../../packages/membership/src/oracle/planned-log.ts'
import { type Dice, diceOf, randomLog } from '../../../../packages/membership/src/oracle/random-log.ts'
import type { Act, ActSequence, Played, StatefulTarget } from '../target.ts'

const KINDS = [
  'remove',
  'remove',
  'admit',
  'admit',
  'setRole',
  'setRole',
  'devices',
  'invite',
  'leave',
  'revokeInvite',
  'rekey',
  'rename',
  'setRelays',
  'setAddressPrivacy',
  'setLifetime',
  'setHistory',
  'setPolicy',
  'acknowledge',
] as const satisfies readonly PlannedBody['kind'][]

/** The second resolver looks at every set of operations: more would take it minutes. */
const MOST_OPERATIONS = 12
const BEGINNINGS = 24
/** Of one operation: its own, those of its certificates and its device list. */
const MOST_CHECKS = 2 + 3 * LIMITS.devicesPerAccount
const MOST_HASHES = 40

export function createLogTarget(real: Primitives): StatefulTarget {
  const counts = { checks: 0, hashes: 0 }
  const bench = benchOf(real)
  const primitives: Primitives = {
    ...bench.primitives,
    sha256: (...parts) => {
      counts.hashes++
      return bench.primitives.sha256(...parts)
    },
    ed25519: {
      ...bench.primitives.ed25519,
      verify: (...given) => {
        counts.checks++
        return bench.primitives.ed25519.verify(...given)
      },
    },
  }
  const beginnings = Array.from({ length: BEGINNINGS }, (_, seed) => randomLog(diceOf(seed), 3 + (seed % 5)))

  return {
    name: 'membership log',
    starts: BEGINNINGS,
    verbs: [...KINDS],
    play: ({ start, acts }: ActSequence): Played => {
      const features = new Set<string>()
      const violations: string[] = []
      const shares = new Map<string, number>()
      const plan = acts.reduce<PlannedLog>(withAct, beginnings[start % BEGINNINGS] ?? []).slice(0, MOST_OPERATIONS)
      try {
        const outcome = compareOn(bench, plan, diceOf(acts.length))
        features.add(`effective ${outcome.answer.effective.length}`)
        features.add(`members ${outcome.answer.roster.members.length}, departed ${outcome.answer.roster.departed.length}`)
        if (!outcome.isSame) violations.push(['the two resolvers read a log differently', ...tellLog(plan)].join('\n'))
        const built = buildLog(bench.primitives, bench.fixtures, plan)
        const hear = (log: MembershipLog, operation: (typeof built.operations)[number]): MembershipLog => {
          counts.checks = counts.hashes = 0
          const heard = addOperation(primitives, log, operation)
          features.add(typeof heard.outcome === 'string' ? heard.outcome : heard.outcome.code)
          for (const [what, count, most] of [
            ['signature checks', counts.checks, MOST_CHECKS * (1 + log.orphans.size)],
            ['hashes', counts.hashes, MOST_HASHES * (1 + log.orphans.size)],
          ] as const) {
            shares.set(what, Math.max(shares.get(what) ?? 0, count / most))
            if (count > most) violations.push(`${count} ${what} for an operation`)
          }
          return heard.log
        }
        for (const order of [built.operations, built.operations.toReversed(), built.operations.filter((_, i) => i % 3 !== 1)]) {
          const log = order.reduce(hear, emptyLog(built.group))
          if (log.orphans.size > LIMITS.orphanOperations) violations.push(`${log.orphans.size} orphans of a group`)
        }
      } catch (fault) {
        violations.push(`the log threw ${fault instanceof Error ? fault.message : String(fault)}`)
      }
      return { features: [...features], violations, shares }
    },
  }
}

/** The plan with one operation more. */
function withAct(plan: PlannedLog, [verb, amount, seed]: Act): PlannedLog {
  const dice = diceOf(seed)
  const pasts = pastsOf(plan)
  const all = new Set(plan.keys())
  const seen = amount % 3 === 0 ? all : someOf(pasts, dice)
  const person = dice.below(NAMES.length)
  const own = (index: number): boolean => plan[index]?.person === person && plan[index].device === 0
  const tips = [...seen].filter((index) => own(index) && ![...seen].some((other) => plan[other]?.previous === index))
  const previous = tips[dice.below(Math.max(1, tips.length))] ?? null
  const parents = [...seen].filter((index) => ![...seen].some((other) => pasts[other]?.has(index) === true))
  // An admission by an invite that is not before it has no signature that could be checked: the log refuses it as no operation at all.
  const invites = [...seen].filter((index) => plan[index]?.body.kind === 'invite')
  const device = dice.chance(0.8) ? 0 : dice.below(3)
  const operation: PlannedOperation = { person, device, previous, parents, salt: dice.below(2 ** 32), body: bodyOf(verb, amount, dice, invites) }
  return [...plan, operation]
}

function pastsOf(plan: PlannedLog): readonly ReadonlySet<number>[] {
  const pasts: Set<number>[] = []
  for (const { parents } of plan) pasts.push(new Set(parents.flatMap((parent) => [parent, ...(pasts[parent] ?? [])])))
  return pasts
}

/** `create`, and one or two operations with all before them. */
const someOf = (pasts: readonly ReadonlySet<number>[], dice: Dice): ReadonlySet<number> =>
  new Set([0, ...[dice.below(pasts.length), dice.below(pasts.length)].flatMap((index) => [index, ...(pasts[index] ?? [])])])

function bodyOf(verb: string, amount: number, dice: Dice, invites: readonly number[]): PlannedBody {
  const whom = dice.below(NAMES.length)
  const role = dice.chance(0.5) ? 'admin' : 'member'
  const invite = invites[dice.below(Math.max(1, invites.length))] ?? null
  const kind = KINDS.find((each) => each === verb) ?? 'acknowledge'
  switch (kind) {
    case 'remove':
      return { kind, whom }
    case 'admit':
      return { kind, invite: dice.chance(0.5) ? invite : null, whom, list: dice.chance(0.6) ? 0 : dice.below(LISTS.length), role }
    case 'setRole':
      return { kind, whom, role }
    case 'devices':
      return { kind, whom, list: dice.below(LISTS.length) }
    case 'invite':
      return { kind, role, uses: 1 + (amount % 2) }
    case 'leave':
      return { kind, successor: dice.chance(0.5) ? whom : null }
    case 'revokeInvite':
      return invite === null ? { kind: 'acknowledge' } : { kind, invite }
    case 'rename':
    case 'setRelays':
    case 'setAddressPrivacy':
    case 'setLifetime':
    case 'setHistory':
    case 'setPolicy':
      return { kind, value: amount % 4 }
    case 'rekey':
    case 'acknowledge':
      return { kind }
  }
}
