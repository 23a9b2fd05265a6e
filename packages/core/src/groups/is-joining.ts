import type { Context } from '../state/context.ts'
import { JOIN } from '../state/tables/groups.ts'

/** Whether this device waits to be admitted to a group. */
export function isJoining(context: Context, group: string): boolean {
  const step = context.transaction.get(JOIN, group)?.step
  return step !== undefined && step !== 'withdrawn'
}
