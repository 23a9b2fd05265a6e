/**
 * The properties of `models/membership-properties.h` on real logs. The model plays all small ones; here are those that came about
 * in a world, or that dice made, whatever their size.
 */
import type { Primitives } from '@sotto/crypto/primitives'
import type { MembershipLog } from '../log/log.ts'
import { brokenInGrowth, GROWTH_PROPERTIES } from './growth-properties.ts'
import { equalSetsGiveEqualRosters, heardAgain, unionOf } from './heard-again.ts'
import { handedByAnyWith } from './properties-of-secrets.ts'
import { resolvedLogOf } from './resolved-log.ts'

/** Their names, as in the model. */
export const HELD_PROPERTIES: readonly string[] = ['equal_sets_give_equal_rosters', ...Object.keys(GROWTH_PROPERTIES)]

/** What the logs of some devices say together. Ids are in hexadecimal. */
export interface Held {
  /** What they break: a line for each property and operation. */
  readonly broken: readonly string[]
  /** The devices that members may have handed a secret to, by the operation that drew it. */
  readonly handed: ReadonlyMap<string, ReadonlySet<string>>
}

export function holdProperties(primitives: Primitives, logs: readonly MembershipLog[]): Held {
  const log = unionOf(primitives, logs)
  if (log === undefined) return { broken: [], handed: new Map() }
  const resolved = resolvedLogOf(primitives, log)
  const isEqual = equalSetsGiveEqualRosters(primitives, resolved, resolvedLogOf(primitives, heardAgain(primitives, log)))
  const broken = brokenInGrowth(resolved).map(({ name, last }) => `${name}, by operation ${last.id.slice(0, 8)} (${last.unsigned.body.kind})`)
  const view = resolved.viewOf(new Set(resolved.operations))
  const drew = resolved.operations.filter(({ unsigned: { body } }) => body.kind === 'create' || body.kind === 'remove' || body.kind === 'rekey')
  return {
    broken: isEqual ? broken : ['equal_sets_give_equal_rosters', ...broken],
    handed: new Map(drew.map((operation) => [operation.id, handedByAnyWith(resolved, view, operation)])),
  }
}
