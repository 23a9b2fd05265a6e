/** Devices for which letters can be sealed now: looked at are only those for which something changed, and all of them once in a while. */
import type { Context } from '../state/context.ts'
import { CONTROL_QUEUE, LETTERS_DUE, LETTERS_REVIEWED } from '../state/tables/sessions.ts'

/** A device can be written to, as it could not before: what is queued for it is looked at in this step. */
export const lettersDue = (context: Context, device: string): void => context.transaction.put(LETTERS_DUE, [device], true)

/** A relay or a member is there that was not: everything that is queued is looked at in this step. */
export const reviewLetters = (context: Context): void => context.transaction.delete(LETTERS_REVIEWED, 'self')

/** How often what waits for prekeys is looked at without anything having come for it. A guess. */
const REVIEW_MS = 2_000

/** Where letters may go out now. With one for everybody in a large group most wait for prekeys: a step looks at those that it is about. */
export function dueDevices(context: Context): Iterable<string> {
  const due = context.transaction.scan(LETTERS_DUE).map(({ key }) => key[0] ?? '')
  for (const device of due) context.transaction.delete(LETTERS_DUE, device)
  const reviewedMs = context.transaction.get(LETTERS_REVIEWED, 'self')
  if (reviewedMs !== undefined && reviewedMs <= context.nowMs && reviewedMs + REVIEW_MS > context.nowMs) return due
  context.transaction.put(LETTERS_REVIEWED, ['self'], context.nowMs)
  return new Set(context.transaction.scan(CONTROL_QUEUE).map(({ key }) => key[0] ?? ''))
}
