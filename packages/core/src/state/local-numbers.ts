/** Ascending numbers that are unique on this device. */
import type { Context } from './context.ts'
import { COUNTER } from './tables/self.ts'

/** The next number, which this device never used before. */
export function nextNumber(context: Context): number {
  const { next } = context.transaction.get(COUNTER, 'self') ?? { next: 1 }
  context.transaction.put(COUNTER, ['self'], { next: next + 1 })
  return next
}
