/** Tries waiting envelopes again when the operation or the key comes that they wait for. */
import { undecryptableUnder } from '../cipher/undecryptable.ts'
import type { Context } from '../state/context.ts'
import { type KeyName, textOf } from '../state/names.ts'
import { UNDECRYPTABLE, type Undecryptable, UNKNOWN_SENDER } from '../state/tables/cipher.ts'
import { receiveEnvelope } from './receive.ts'

/** The roster changed: tries envelopes from unknown senders again. */
export function retryUnknownSenders(context: Context, group: string): void {
  for (const { key, value } of context.transaction.scan(UNKNOWN_SENDER, group)) {
    context.transaction.delete(UNKNOWN_SENDER, ...key)
    receiveEnvelope(context, group, textOf(value.epoch), value.envelope)
  }
}

/** An operation came: tries what waits for one. */
export function retryForOperations(context: Context, group: string): void {
  retry(
    context,
    group,
    context.transaction
      .scan(UNDECRYPTABLE, group)
      .map(({ value }) => value)
      .filter(({ cause }) => cause === 'operationsMissing'),
  )
}

/** A key came, or messages under it were attested: tries what is undecryptable under it. */
export function retryUnder(context: Context, name: KeyName): void {
  retry(
    context,
    name[0],
    undecryptableUnder(context, name).map(({ value }) => value),
  )
}

function retry(context: Context, group: string, waiting: readonly Undecryptable[]): void {
  // In the order of the chain, so that no key is skipped without need.
  const inOrder = waiting.toSorted((a, b) => a.keyId - b.keyId || a.iteration - b.iteration)
  for (const value of inOrder) receiveEnvelope(context, group, textOf(value.epoch), value.envelope)
}
