import type { Context } from './context.ts'
import { JOIN } from './tables.ts'

/** Whether a person waits to be let into a group. */
export function isJoining(context: Context, group: string): boolean {
  const step = context.draft.get(JOIN, group)?.step
  return step !== undefined && step !== 'withdrawn'
}
