/** Relays that may be gone for good: not reached for days, and tried in vain by this device for a while (PROTOCOL §8.52). Nothing but a word to the person follows. */
import { LIMITS } from '@sotto/wire'
import type { Context } from '../state/context.ts'
import { REACHED, RELAY_LINK } from '../state/tables/links.ts'
import { setTimer } from '../state/timers.ts'

/** A relay is connected now, or was until now. */
export const noteReached = (context: Context, name: string): void => context.transaction.put(REACHED, [name], { atMs: context.nowMs })

/** Runs from time to time: an engine that is killed has told no end. Forgets relays that nothing uses. */
export function noteStillReached(context: Context): void {
  for (const { key, value } of context.transaction.scan(RELAY_LINK)) if (value.state === 'connected') noteReached(context, key[0] ?? '')
  for (const { key, value } of context.transaction.scan(REACHED))
    if (value.atMs + LIMITS.retentionMs < context.nowMs && context.transaction.get(RELAY_LINK, ...key) === undefined)
      context.transaction.delete(REACHED, ...key)
}

/** When a link that is down counts as gone, if it stays so; `undefined` if it does not, or does already. */
function goneAtMs(context: Context, name: string, downSinceMs: number): number | undefined {
  const reached = context.transaction.get(REACHED, name)?.atMs
  return reached === undefined ? undefined : Math.max(downSinceMs + LIMITS.relayGoneTriedMs, reached + LIMITS.relayGoneMs)
}

/** Marks those that count as gone, and sets the timer for the next. */
export function reviewGone(context: Context): void {
  for (const { key, value } of context.transaction.scan(RELAY_LINK)) {
    const [name = ''] = key
    const atMs = value.downSinceMs === null || value.isGone ? undefined : goneAtMs(context, name, value.downSinceMs)
    if (atMs === undefined) continue
    if (atMs <= context.nowMs) context.transaction.put(RELAY_LINK, key, { ...value, isGone: true })
    else setTimer(context, 'relays', atMs, 'earliest')
  }
}
