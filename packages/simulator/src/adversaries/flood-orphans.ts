/** Operations whose parents do not exist: each waits at a receiver for what never comes. */
import { LIMITS, type OperationId } from '@sotto/wire'
import type { Adversary } from './adversary.ts'

const ORPHANS = 2 * LIMITS.operationsPerLetter

export function floodOrphans(by: Adversary, group: string): void {
  const place = by.presentPlace(group)
  if (place === null) return
  for (let sent = 0; sent < ORPHANS; sent += LIMITS.operationsPerLetter) {
    const operations = Array.from({ length: LIMITS.operationsPerLetter }, () =>
      by.sign(group, { kind: 'rekey', commitment: by.random.bytes(32) }, { ...place, parents: [by.random.bytes(32) as OperationId] }),
    )
    by.spread(group, operations)
  }
}
