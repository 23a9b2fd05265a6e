/** The worked example of PROTOCOL.md, section 5, told with real keys: what the document says of it is what both resolvers say. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Claim, Entry } from '../entries/entry.ts'
import { isConcurrent } from '../entries/order.ts'
import { operationsInCausalOrder } from '../log/log-queries.ts'
import { entryOf, type MembershipLog, setOf } from '../log/log.ts'
import { type Answer, bruteForce } from '../oracle/answer.ts'
import { stepsIn } from '../oracle/brute-force.ts'
import { placeOperations } from '../oracle/place-operations.ts'
import { hexOf, isConcurrent as areConcurrent, type PlacedOperation } from '../oracle/placed-operation.ts'
import { resolverAnswer } from '../oracle/resolver-answer.ts'
import { recipients } from '../roster/recipients.ts'
import { conflictsWith } from '../rules/conflicts.ts'
import { stateOf } from '../rules/fold.ts'
import { scopeOf } from '../rules/scope.ts'
import { isAcknowledgedByMajority } from '../rules/acknowledged-by-majority.ts'
import { type Drawing, namesById, partOf, readDrawing, readTable, tellDrawing, type Told, without } from './drawn-example.ts'
import { idOf, primitives } from './person.ts'

/** Pairs of names in the drawing. */
type Pairs = readonly (readonly [string, string])[]

interface Resolver {
  readonly answerOf: (log: MembershipLog) => Answer
  /** The first conflicts with the second. */
  readonly conflictsIn: (told: Told) => Pairs
  /** The first is acknowledged by a majority over the second. */
  readonly acknowledgedIn: (told: Told) => Pairs
}

const pairsOf = (told: Told): Pairs =>
  [...told.operations.keys()].flatMap((one, _, all) => all.flatMap((other) => (other === one ? [] : [[one, other] as const])))

function scopeIn({ log }: Told) {
  const { history, heads, count } = log
  return scopeOf(history, setOf(heads), history.entries.slice(0, count), (other) => stateOf(history, other))
}

function entryIn(told: Told, name: string): Entry {
  const operation = told.operations.get(name)
  const entry = operation === undefined ? undefined : entryOf(told.log, idOf(operation))
  if (entry === undefined) throw new RangeError(`${name} was not taken in`)
  return entry
}

function claimIn(told: Told, name: string): Claim {
  const entry = entryIn(told, name)
  return { entry, right: entry.right }
}

const resolver: Resolver = {
  answerOf: resolverAnswer,
  conflictsIn: (told) => pairsOf(told).filter(([q, r]) => conflictsWith(scopeIn(told), claimIn(told, q), claimIn(told, r))),
  acknowledgedIn: (told) =>
    pairsOf(told).filter(
      ([r, q]) => isConcurrent(entryIn(told, r), entryIn(told, q)) && isAcknowledgedByMajority(scopeIn(told), entryIn(told, r), entryIn(told, q)),
    ),
}

const knownIn = (log: MembershipLog): ReadonlySet<PlacedOperation> => placeOperations(primitives, operationsInCausalOrder(log)).known

function operationPairs(told: Told, isPair: (one: PlacedOperation, other: PlacedOperation, known: ReadonlySet<PlacedOperation>) => boolean): Pairs {
  const known = knownIn(told.log)
  const names = namesById(told, hexOf)
  const byName = new Map([...known].map((operation) => [names.get(operation.id), operation]))
  return pairsOf(told).filter(([one, other]) => {
    const [first, second] = [byName.get(one), byName.get(other)]
    return first !== undefined && second !== undefined && isPair(first, second, known)
  })
}

const oracle: Resolver = {
  answerOf: (log) => bruteForce(knownIn(log)),
  conflictsIn: (told) => operationPairs(told, (q, r, known) => stepsIn(known).conflictsWith(q, r)),
  acknowledgedIn: (told) => operationPairs(told, (r, q, known) => areConcurrent(r, q) && stepsIn(known).isAcknowledgedByMajority(r, q)),
}

const part = partOf(readFileSync(new URL('../../../../PROTOCOL.md', import.meta.url), 'utf8'), 'A worked example', 'Bytes')
const drawing = readDrawing(part)
const [operationsHead, ...operationRows] = readTable(part, 'Operation')
const [peopleHead, ...peopleRows] = readTable(part, 'Person')
const [epochHead, ...epochRows] = readTable(part, 'Epoch (6.5)')

/** Names in code quotes, such as those of the operations that the last column goes without. */
const quoted = (text: string): readonly string[] => [...text.matchAll(/`(\w+)`/g)].map(([, name = '']) => name)
const missing = quoted(operationsHead?.at(-1) ?? '')
const listOf = (names: readonly string[]): string =>
  names.length === 0
    ? 'none'
    : names
        .toSorted()
        .map((name) => `\`${name}\``)
        .join(', ')

function fateIn(told: Told, answer: Answer, name: string): string {
  const operation = told.operations.get(name)
  return operation === undefined ? 'not there' : answer.effective.includes(hexOf(idOf(operation))) ? 'effective' : 'filtered'
}

function effectiveOf(told: Told, { roster }: Answer, name: string): string {
  const account = hexOf(told.people.get(name)?.account ?? new Uint8Array())
  const names = namesById(told, hexOf)
  const by = roster.departed.filter((each) => each.account === account).map(({ operation }) => names.get(operation) ?? operation)
  return roster.members.find((each) => each.account === account)?.role ?? `removed by ${listOf(by)}`
}

const rekeyingsOf = (told: Told, { roster }: Answer): string => {
  const names = namesById(told, hexOf)
  return listOf(roster.rekeyings.map((id) => names.get(id) ?? id))
}

test('the drawing has five operations, and the tables say what comes of them with and without the acknowledgements', () => {
  expect(drawing.operations.map(({ name }) => name).toSorted()).toEqual(['c', 'd', 'e', 'q', 'r'])
  expect(operationRows.map(([name = '']) => name).toSorted()).toEqual(['`c`', '`d`', '`e`', '`q`', '`r`'])
  expect(peopleRows.map(([name]) => name)).toEqual([...tellDrawing(drawing).people.keys()])
  expect(missing).toEqual(['c', 'e'])
  for (const head of [operationsHead, peopleHead, epochHead]) expect(head?.at(-1)).toBe('Without `c` and `e`')
})

describe.each([
  ['the resolver', resolver],
  ['the oracle', oracle],
])('in the worked example of the document, %s says', (_, { answerOf, conflictsIn, acknowledgedIn }) => {
  const told = tellDrawing(drawing)
  const answer = answerOf(told.log)
  const other: Drawing = without(drawing, missing)
  const toldOther = tellDrawing(other)
  const answerOther = answerOf(toldOther.log)

  test('the same conflicts as the drawing', () => {
    expect(conflictsIn(told).toSorted()).toEqual(drawing.conflictsWith.toSorted())
  })

  test('of each operation what the table does', () => {
    const [conflicting, acknowledged] = [conflictsIn(told), acknowledgedIn(told)]
    const rows = [...told.operations].map(([name, operation]) => [
      `\`${name}\``,
      answer.operations.some(({ id }) => id === hexOf(idOf(operation))) ? 'yes' : 'no',
      listOf(acknowledged.filter(([r]) => r === name).map(([, q]) => q)),
      listOf(conflicting.filter(([, r]) => r === name).map(([q]) => q)),
      fateIn(told, answer, name),
      fateIn(toldOther, answerOther, name),
    ])
    expect(operationRows.toSorted()).toEqual(rows.toSorted())
  })

  test('of each person what the table does', () => {
    const before = answerOf(told.before)
    const rows = [...told.people.keys()].map((name) => [
      name,
      effectiveOf(told, before, name),
      effectiveOf(told, answer, name),
      effectiveOf(toldOther, answerOther, name),
    ])
    expect(peopleRows).toEqual(rows)
  })

  test('of the epoch what the table does: conflicting rekeys, or one operation', () => {
    expect(epochRows).toEqual([['maximal rekeying operations', rekeyingsOf(told, answer), rekeyingsOf(toldOther, answerOther)]])
  })
})

test('a member whose removal nobody acknowledged is in again, and is sent no key by a device that saw him as removed', () => {
  const { log, people, operations } = tellDrawing(without(drawing, missing))
  const [dan, removal] = [people.get('Dan'), operations.get('r')]
  if (dan === undefined || removal === undefined) throw new RangeError('Dan is not removed in the document')
  expect(recipients(log, 1_000)).toContainEqual(dan.device)
  expect(recipients(log, 1_000, [{ account: dan.account, removal: idOf(removal) }])).not.toContainEqual(dan.device)
})
