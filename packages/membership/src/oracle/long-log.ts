/** Long logs as plans: eight admins who hear more or less of each other, and people who come and go. */
import { type Bits, hasBit, unionBits } from '../entries/bits.ts'
import type { PlannedBody, PlannedLog, PlannedOperation } from './planned-log.ts'
import { type Dice, diceOf, pick } from './random-log.ts'

const ADMINS = 8
const PEOPLE = 200

/** Who a long log is about: its people are made from these names. */
export const LONG_LOG_NAMES: readonly string[] = Array.from({ length: PEOPLE }, (_, i) => `person ${i}`)

/** How the eight hear each other: what makes a log wide, and where it has waists. */
export type Shape = 'line' | 'busy' | 'two partitions' | 'silent device' | 'flood'

/** One device: the operations that it knows, as the last ones of them. */
interface Hand {
  readonly person: number
  heads: number[]
  own: number | null
}

interface PartialPlan {
  readonly plan: PlannedOperation[]
  readonly pasts: Bits[]
}

/** A log of `length` operations that ends with one that has heard everything. The same seed makes the same log. */
export function longLog(shape: Shape, length: number, seed: number): PlannedLog {
  const dice = diceOf(seed)
  const partial: PartialPlan = { plan: [], pasts: [] }
  const hands = Array.from({ length: ADMINS }, (_, person): Hand => ({ person, heads: [], own: null }))
  const [founder, ...others] = hands
  const silent = hands[ADMINS - 1]
  if (founder === undefined || silent === undefined) throw new RangeError('nobody')
  writeBy(partial, founder, { kind: 'create' })
  for (const { person } of others) writeBy(partial, founder, { kind: 'admit', invite: null, whom: person, list: 0, role: 'admin' })
  for (const hand of others) hear(partial, hand, founder)
  if (shape === 'silent device') writeBy(partial, silent, { kind: 'rename', value: 1 })
  while (partial.plan.length < length - 1) {
    const talking = shape === 'silent device' ? hands.slice(0, -1) : hands
    const hand = pick(dice, talking)
    writeBy(partial, hand, shape === 'flood' ? floodBody(dice, hand.person) : randomBody(dice))
    for (const other of talking) if (hears(shape, dice, hand, other, partial.plan.length)) hear(partial, other, hand)
  }
  for (const other of hands) hear(partial, founder, other)
  writeBy(partial, founder, { kind: 'acknowledge' })
  return partial.plan
}

function hears(shape: Shape, dice: Dice, { person: from }: Hand, { person: to }: Hand, count: number): boolean {
  switch (shape) {
    case 'line':
    case 'silent device':
      return true
    case 'busy':
      return dice.chance(0.7)
    case 'flood':
      // The first two never hear each other; of the others each hears one of them, and nobody else.
      return from < 2 && to > 1 && to % 2 === from
    case 'two partitions':
      // They meet after each thousand.
      return from % 2 === to % 2 || count % 1_000 < 20
  }
}

function writeBy({ plan, pasts }: PartialPlan, hand: Hand, body: PlannedBody): void {
  const index = plan.length
  plan.push({ person: hand.person, device: 0, previous: hand.own, parents: hand.heads, salt: index, body })
  pasts.push(
    unionBits(
      hand.heads.flatMap((head) => pasts[head] ?? []),
      hand.heads,
    ),
  )
  hand.heads = [index]
  hand.own = index
}

function hear({ pasts }: PartialPlan, hand: Hand, other: Hand): void {
  const heads = [...new Set([...hand.heads, ...other.heads])]
  const isPast = (index: number): boolean => heads.some((head) => hasBit(pasts[head] ?? new Uint32Array(), index))
  hand.heads = heads.filter((index) => !isPast(index))
}

/** One admin demotes the other again and again, who writes on. Each person that hears one of them acknowledges. */
function floodBody(dice: Dice, person: number): PlannedBody {
  if (person === 0) return { kind: 'setRole', whom: 1, role: 'member' }
  return person === 1 ? { kind: 'rename', value: dice.below(9) } : { kind: 'acknowledge' }
}

function randomBody(dice: Dice): PlannedBody {
  const whom = ADMINS + dice.below(PEOPLE - ADMINS)
  const what = dice.below(20)
  if (what < 7) return { kind: 'acknowledge' }
  if (what < 12) return { kind: 'admit', invite: null, whom, list: 0, role: 'member' }
  if (what < 14) return { kind: 'remove', whom }
  if (what < 16) return { kind: 'setRole', whom, role: dice.chance(0.5) ? 'admin' : 'member' }
  if (what < 17) return { kind: 'rekey' }
  if (what < 18) return { kind: 'invite', role: 'member', uses: 3 }
  if (what < 19) return { kind: dice.chance(0.5) ? 'rename' : 'setRelays', value: 1 + dice.below(9) }
  return { kind: 'setPolicy', value: 1 + dice.below(9) }
}
