/** A log that was heard in another order. The order of arrival is nothing: so it says the same. */
import type { Primitives } from '@sotto/crypto/primitives'
import { compareBytes } from '@sotto/wire'
import { heads, missingFrom } from '../log/log-queries.ts'
import { addKeptOperation, emptyLog, type MembershipLog } from '../log/log.ts'
import { bruteForce } from './answer.ts'
import { withoutSignatures } from './fixtures.ts'
import { placeOperations } from './place-operations.ts'
import type { ResolvedLog } from './resolved-log.ts'

/** The second resolver is slow: longer logs are not put to it. */
const MOST_FOR_SECOND_RESOLVER = 12

/** All that these logs have in its place. Its operations were checked when they came. */
export function unionOf(primitives: Primitives, logs: readonly MembershipLog[]): MembershipLog | undefined {
  const [longest, ...others] = logs.toSorted((a, b) => b.count - a.count)
  if (longest === undefined || longest.count === 0) return undefined
  const quick = withoutSignatures(primitives)
  const more = others.flatMap((other) => missingFrom(other, heads(longest)).operations)
  const beginning: MembershipLog = { ...longest, orphans: new Map() }
  return more.reduce((log, operation) => addKeptOperation(quick, log, operation).log, beginning)
}

/** The same operations, parents first, and of those that may come at the same time the other one first. */
export function heardAgain(primitives: Primitives, log: MembershipLog): MembershipLog {
  const quick = withoutSignatures(primitives)
  const entries = log.history.entries.slice(0, log.count).toSorted((a, b) => a.depth - b.depth || compareBytes(b.id, a.id))
  return entries.reduce((again, { operation }) => addKeptOperation(quick, again, operation).log, emptyLog(log.group))
}

/** Whether two say the same of the same operations; and the second resolver too, where they are few. */
export function equalSetsGiveEqualRosters(primitives: Primitives, one: ResolvedLog, other: ResolvedLog): boolean {
  const says = JSON.stringify(whatIsSaid(one))
  if (says !== JSON.stringify(whatIsSaid(other))) return false
  if (one.operations.length > MOST_FOR_SECOND_RESOLVER) return true
  const { known, viewOf } = placeOperations(
    primitives,
    one.operations.map(({ unsigned }) => ({ unsigned, signature: new Uint8Array(64) })),
  )
  const { effective, roster } = bruteForce(known, viewOf)
  return says === JSON.stringify({ effective, roster })
}

function whatIsSaid({ operations, viewOf, rosterOf }: ResolvedLog) {
  const known = new Set(operations)
  return { effective: [...viewOf(known).effective].map(({ id }) => id).toSorted(), roster: rosterOf(known) }
}
