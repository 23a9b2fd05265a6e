/** What the person chose for this device. */
import { LIMITS } from '@sotto/wire'
import type { Context } from '../state/context.ts'
import { SETTINGS } from '../state/tables/self.ts'

/** After how many minutes without its person the device locks itself; null: never. */
export function autoLockMinutesOf({ transaction }: Pick<Context, 'transaction'>): number | null {
  const chosen = transaction.get(SETTINGS, 'self')
  return chosen === undefined ? LIMITS.autoLockMinutes : chosen.autoLockMinutes
}

/** The same, chosen. Returns whether it can be. */
export function chooseAutoLock({ transaction }: Pick<Context, 'transaction'>, minutes: number | null): boolean {
  const isTime = minutes === null || (Number.isInteger(minutes) && minutes >= 1 && minutes <= LIMITS.autoLockMostMinutes)
  if (isTime) transaction.put(SETTINGS, ['self'], { autoLockMinutes: minutes })
  return isTime
}
