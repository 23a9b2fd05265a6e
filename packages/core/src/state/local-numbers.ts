/** Numbers that this device never used before. */
import type { Context } from './context.ts'
import { COUNTER } from './tables/self.ts'

/** A number that this device never used before, ascending. */
export function nextNumber(context: Context): number {
  const { next } = context.transaction.get(COUNTER, 'self') ?? { next: 1 }
  context.transaction.put(COUNTER, ['self'], { next: next + 1 })
  return next
}
