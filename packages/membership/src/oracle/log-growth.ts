/** A log as it grows by one operation. */
import type { RosterAnswer } from './answer.ts'
import type { View } from './facts.ts'
import type { PlacedOperation } from './placed-operation.ts'
import type { ResolvedLog } from './resolved-log.ts'

/** A log before and after an operation that nothing in it is behind. */
export interface Growth {
  readonly log: ResolvedLog
  readonly earlier: View
  readonly last: PlacedOperation
  readonly now: View
  /** What the resolver says of it now. */
  readonly roster: RosterAnswer
}

/** A log as it was heard, an operation after the other; and each of its last operations as if it had come after all others. */
export function* growthsOf(log: ResolvedLog): Generator<Growth> {
  const grow = (earlier: ReadonlySet<PlacedOperation>, last: PlacedOperation): Growth => {
    const known = new Set([...earlier, last])
    return { log, earlier: log.viewOf(earlier), last, now: log.viewOf(known), roster: log.rosterOf(known) }
  }
  const known = new Set<PlacedOperation>()
  for (const last of log.operations) {
    yield grow(new Set(known), last)
    known.add(last)
  }
  for (const last of log.operations.slice(0, -1)) {
    if (log.operations.every(({ past }) => !past.has(last))) yield grow(new Set([...known].filter((each) => each !== last)), last)
  }
}
