/**
 * Random logs of every kind of operation: branches, back-dating, devices in two hands, sock puppets, lists that fork.
 * Most are written by a person with the right, so that much of a log is effective; some by any person, and some break their chain.
 */
import { LISTS, NAMES } from './fixtures.ts'
import type { PlannedBody, PlannedLog, PlannedOperation } from './planned-log.ts'

export interface Dice {
  /** Below `limit`, an integer. */
  readonly below: (limit: number) => number
  readonly chance: (probability: number) => boolean
}

/** The same seed makes the same throws: splitmix32. */
export function diceOf(seed: number): Dice {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
  }
  return { below: (limit) => Math.floor(next() * limit), chance: (probability) => next() < probability }
}

/** What is written so far: each operation with all before it. */
interface PartialPlan {
  readonly dice: Dice
  readonly kinds: readonly Kind[]
  readonly plan: PlannedOperation[]
  readonly pasts: Set<number>[]
}

/** A log of exactly `length` operations, at least three, of two to six people. */
export function randomLog(dice: Dice, length: number): PlannedLog {
  const people = 2 + dice.below(NAMES.length - 1)
  const partial: PartialPlan = { dice, kinds: pick(dice, THEMES), plan: [], pasts: [] }
  write(partial, { person: 0, device: 0, previous: null, parents: [], salt: dice.below(2 ** 32), body: { kind: 'create' } }, new Set())
  const guests = Math.min(dice.below(people), length - 2)
  for (let whom = 1; whom <= guests; whom++) {
    const role = dice.chance(0.55) ? 'admin' : 'member'
    writeBy(partial, 0, 0, { kind: 'admit', invite: null, whom, list: dice.chance(0.7) ? 0 : dice.below(2), role }, everything(partial))
  }
  while (partial.plan.length < length) addRandom(partial, people)
  return partial.plan
}

const everything = ({ plan }: PartialPlan): Set<number> => new Set(plan.keys())

function write({ plan, pasts }: PartialPlan, operation: PlannedOperation, past: Set<number>): void {
  plan.push(operation)
  pasts.push(past)
}

function addRandom(partial: PartialPlan, people: number): void {
  const { dice } = partial
  const hands = handsOf(partial)
  const hand = pick(dice, hands)
  const seen = seenBy(partial, hand)
  writeBy(partial, hand.person, hand.device, randomBody(partial, seen, hand.person, people), seen)
}

interface Hand {
  readonly person: number
  readonly device: number
  readonly by: number
}

/** Devices that something brought in, and what. */
const handsOf = ({ plan }: PartialPlan): readonly Hand[] =>
  plan.flatMap(({ person, body }, by) => {
    const whom = body.kind === 'create' ? person : body.kind === 'admit' || body.kind === 'devices' ? body.whom : null
    const list = body.kind === 'create' ? 0 : body.kind === 'admit' || body.kind === 'devices' ? body.list : 0
    return whom === null ? [] : (LISTS[list]?.shown ?? []).map((device): Hand => ({ person: whom, device, by }))
  })

/** What a device has heard when it writes: everything, or what is before some operations; seldom not what it wrote itself. */
function seenBy({ dice, plan, pasts }: PartialPlan, { person, device, by }: Hand): Set<number> {
  if (dice.chance(0.4)) return new Set(plan.keys())
  const seen = new Set<number>()
  const hear = (index: number): void => {
    seen.add(index)
    for (const each of pasts[index] ?? []) seen.add(each)
  }
  hear(by)
  for (let heads = dice.below(3); heads > 0; heads--) hear(dice.below(plan.length))
  if (dice.chance(0.88)) for (const [index, each] of plan.entries()) if (each.person === person && each.device === device) hear(index)
  return seen
}

function writeBy(partial: PartialPlan, person: number, device: number, body: PlannedBody, seen: Set<number>): void {
  const { dice, plan, pasts } = partial
  const own = [...seen].filter((index) => plan[index]?.device === device && plan[index]?.person === person)
  const tips = own.filter((index) => !own.some((other) => plan[other]?.previous === index))
  const previous = dice.chance(0.01) ? pickOr(dice, own, null) : pickOr(dice, tips, null)
  const parents = [...seen].filter((index) => ![...seen].some((other) => pasts[other]?.has(index) === true))
  write(partial, { person, device, previous, parents, salt: dice.below(2 ** 32), body }, seen)
}

type Kind = Exclude<PlannedBody['kind'], 'create'>

const ANY: readonly Kind[] = [
  'remove',
  'admit',
  'setRole',
  'acknowledge',
  'devices',
  'invite',
  'leave',
  'revokeInvite',
  'rekey',
  'rename',
  'setPolicy',
  'setRelays',
  'setAddressPrivacy',
  'setLifetime',
  'setHistory',
]

/** A log has one of these as its theme: what meets only its own kind meets it often enough. */
const THEMES: readonly (readonly Kind[])[] = [
  [...ANY, 'remove', 'remove', 'remove', 'admit', 'admit', 'setRole', 'acknowledge', 'acknowledge', 'devices'],
  ['remove', 'remove', 'remove', 'setRole', 'acknowledge', 'acknowledge', 'rename', 'setRelays', 'admit'],
  ['invite', 'invite', 'admit', 'admit', 'admit', 'revokeInvite', 'revokeInvite', 'remove', 'leave', 'acknowledge'],
  [
    'setRole',
    'setRole',
    'setRole',
    'leave',
    'remove',
    'rename',
    'setRelays',
    'setAddressPrivacy',
    'setAddressPrivacy',
    'setLifetime',
    'setHistory',
    'admit',
    'acknowledge',
  ],
  ['devices', 'devices', 'devices', 'devices', 'admit', 'remove', 'rename', 'acknowledge'],
]

function randomBody({ dice, plan, kinds }: PartialPlan, seen: Set<number>, person: number, people: number): PlannedBody {
  const kind = pick(dice, dice.chance(0.1) ? ANY : kinds)
  const whom = dice.below(people)
  const role = dice.chance(0.5) ? 'admin' : 'member'
  const invites = [...seen].filter((index) => plan[index]?.body.kind === 'invite')
  switch (kind) {
    case 'remove':
      return { kind, whom }
    case 'admit': {
      const invite = dice.chance(0.6) ? pickOr(dice, invites, null) : null
      const invited = invite === null ? undefined : plan[invite]?.body
      return {
        kind,
        invite,
        whom,
        list: dice.chance(0.5) ? 0 : dice.below(LISTS.length),
        role: invited?.kind === 'invite' && dice.chance(0.9) ? invited.role : role,
      }
    }
    case 'setRole':
      return { kind, whom, role }
    case 'devices':
      return { kind, whom: dice.chance(0.95) ? person : whom, list: nextList(dice, plan, seen, person) }
    case 'invite':
      return { kind, role: dice.chance(0.7) ? 'member' : 'admin', uses: 1 + dice.below(2) }
    case 'leave':
      return { kind, successor: dice.chance(0.5) ? whom : null }
    case 'revokeInvite': {
      const invite = pickOr(dice, invites, null)
      return invite === null ? { kind: 'acknowledge' } : { kind, invite }
    }
    case 'rekey':
    case 'acknowledge':
      return { kind }
    case 'rename':
    case 'setRelays':
    case 'setAddressPrivacy':
    case 'setLifetime':
    case 'setHistory':
    case 'setPolicy':
      return { kind, value: dice.below(4) }
  }
}

/** Mostly one that goes on from a list seen of this person. */
function nextList(dice: Dice, plan: PlannedLog, seen: Set<number>, person: number): number {
  if (dice.chance(0.1)) return dice.below(LISTS.length)
  const shown = [...seen].flatMap((index) => {
    const body = plan[index]?.body
    if (body?.kind === 'create') return plan[index]?.person === person ? [0] : []
    return (body?.kind === 'admit' || body?.kind === 'devices') && body.whom === person ? [body.list] : []
  })
  const next = [...LISTS.keys()].filter((list) => shown.includes(LISTS[list]?.after ?? -1))
  return pickOr(dice, next, dice.below(LISTS.length))
}

/** One of the items; throws where there is none. */
export function pick<T>(dice: Dice, items: readonly T[]): T {
  const item = items[dice.below(items.length)]
  if (item === undefined) throw new RangeError('nothing to pick from')
  return item
}

const pickOr = <T, U>(dice: Dice, items: readonly T[], otherwise: U): T | U => (items.length === 0 ? otherwise : pick(dice, items))
