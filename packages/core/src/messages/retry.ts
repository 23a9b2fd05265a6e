/** Envelopes that wait are looked at again when the operation or the key that they wait for comes. */
import { parkedUnder } from '../cipher/parked.ts'
import type { Context } from '../state/context.ts'
import { type KeyName, textOf } from '../state/names.ts'
import { PARKED, type Parked, STRAY } from '../state/tables/cipher.ts'
import { receiveEnvelope } from './receive.ts'

/** The roster changed: envelopes whose sender nobody knew are looked at again. */
export function retryStrays(context: Context, group: string): void {
  for (const { key, value } of context.draft.scan(STRAY, group)) {
    context.draft.delete(STRAY, ...key)
    receiveEnvelope(context, group, textOf(value.epoch), value.envelope)
  }
}

/** An operation came: tries again what waits for one. */
export function retryForOperations(context: Context, group: string): void {
  retry(
    context,
    group,
    context.draft
      .scan(PARKED, group)
      .map(({ value }) => value)
      .filter(({ cause }) => cause === 'operationsMissing'),
  )
}

/** A key came, or somebody vouched for what was sealed under it: tries again what is parked under it. */
export function retryUnder(context: Context, name: KeyName): void {
  retry(
    context,
    name[0],
    parkedUnder(context, name).map(({ value }) => value),
  )
}

function retry(context: Context, group: string, waiting: readonly Parked[]): void {
  // In the order of the chain, so that no key is skipped without need.
  const inOrder = waiting.toSorted((a, b) => a.generation - b.generation || a.iteration - b.iteration)
  for (const value of inOrder) receiveEnvelope(context, group, textOf(value.epoch), value.envelope)
}
