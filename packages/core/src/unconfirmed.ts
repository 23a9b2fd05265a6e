/**
 * Messages that were sealed and that nobody is known to have: neither a relay nor a member's device. They are few at a
 * time, so that whoever writes faster than the others take it in is no further ahead of them than that (PROTOCOL §7).
 */
import { LIMITS } from '@sotto/wire'
import type { Context } from './context.ts'
import { SENT, UNCONFIRMED } from './tables.ts'

type Rows = Pick<Context, 'draft'>

/** Whether one more may be sealed in this epoch now. */
export function hasRoomToSeal(context: Rows, group: string, epoch: string): boolean {
  return context.draft.scan(UNCONFIRMED, group, epoch).length < LIMITS.unconfirmedMessages
}

/** `key`: that of a message's row in SENT. */
export const noteUnconfirmed = (context: Rows, key: readonly string[]): void => context.draft.put(UNCONFIRMED, key, true)

/** Somebody has it. */
export const noteConfirmed = (context: Rows, key: readonly string[]): void => context.draft.delete(UNCONFIRMED, ...key)

/** After a start. */
export function indexUnconfirmed(context: Rows): void {
  for (const { key } of context.draft.scan(UNCONFIRMED)) noteConfirmed(context, key)
  for (const { key, value } of context.draft.scan(SENT)) if (value.record.state === 'sending') noteUnconfirmed(context, key)
}
