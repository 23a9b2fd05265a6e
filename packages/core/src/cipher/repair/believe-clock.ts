/** After a clock was put back: no row has a time in the future, or waits longer than is ever planned. */
import { LIMITS } from '@sotto/wire'
import type { Context } from '../../state/context.ts'
import { KEY_RECIPIENT, KEY_REQUEST } from '../../state/tables/repair.ts'

/** The longest back-off of a repeated request: that of the last attempt, with jitter. */
const MOST_BACKOFF_MS = LIMITS.keyRequestBackoffMs * 2 ** (LIMITS.keyRequestAttempts + 1)

export function believeClock({ transaction, nowMs }: Context): void {
  const isLater = (ms: number): boolean => ms > nowMs
  for (const { key, value } of transaction.scan(KEY_REQUEST))
    if (isLater(value.nextMs - MOST_BACKOFF_MS)) transaction.put(KEY_REQUEST, key, { ...value, nextMs: nowMs })
  for (const { key, value } of transaction.scan(KEY_RECIPIENT)) if (isLater(value.atMs)) transaction.put(KEY_RECIPIENT, key, { ...value, atMs: nowMs })
}
