/** Devices for which letters may be sealed now. A step looks only at those for which something changed, and at all of them from time to time. */
import type { Context } from '../state/context.ts'
import { CONTROL_QUEUE, LETTERS_DUE, LETTERS_REVIEWED } from '../state/tables/sessions.ts'

/** Letters for a device can be sealed from now on: its queue is looked at in this step. */
export const lettersDue = (context: Context, device: string): void => context.transaction.put(LETTERS_DUE, [device], true)

/** A relay or a member connected: all queues are looked at in this step. */
export const reviewLetters = (context: Context): void => context.transaction.delete(LETTERS_REVIEWED, 'self')

/** How often queues that wait for prekeys are looked at without any change. A guess. */
const REVIEW_MS = 2_000

/** Devices whose queue is looked at now. In a large group most queues wait for prekeys, so a step looks only at those that changed. */
export function dueDevices(context: Context): Iterable<string> {
  const due = context.transaction.scan(LETTERS_DUE).map(({ key }) => key[0] ?? '')
  for (const device of due) context.transaction.delete(LETTERS_DUE, device)
  const reviewedMs = context.transaction.get(LETTERS_REVIEWED, 'self')
  if (reviewedMs !== undefined && reviewedMs <= context.nowMs && reviewedMs + REVIEW_MS > context.nowMs) return due
  context.transaction.put(LETTERS_REVIEWED, ['self'], context.nowMs)
  return new Set(context.transaction.scan(CONTROL_QUEUE).map(({ key }) => key[0] ?? ''))
}
