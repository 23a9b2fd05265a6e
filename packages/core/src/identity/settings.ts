/** What the person chose for this device. */
import { LIMITS } from '@sotto/wire'
import type { Context } from '../state/context.ts'
import { NOTIFICATIONS, PRIVACY, SETTINGS } from '../state/tables/self.ts'

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

/** As the row has them, in this order. */
const SHOWN = ['off', 'noContent', 'content'] as const

interface ChosenNotifications {
  readonly show: (typeof SHOWN)[number]
  readonly mentionsThroughMute: boolean
}

/** How the person wants to hear of messages. */
export function notificationsOf({ transaction }: Pick<Context, 'transaction'>): ChosenNotifications {
  const chosen = transaction.get(NOTIFICATIONS, 'self')
  return { show: SHOWN[chosen?.show ?? 0] ?? 'off', mentionsThroughMute: chosen?.mentionsThroughMute ?? true }
}

/** The same, chosen. */
export function chooseNotifications({ transaction }: Pick<Context, 'transaction'>, { show, mentionsThroughMute }: ChosenNotifications): void {
  transaction.put(NOTIFICATIONS, ['self'], { show: SHOWN.indexOf(show), mentionsThroughMute })
}

/** What the person lets others know, and is let know in return. */
export type Privacy = { readonly readReceipts: boolean; readonly typing: boolean; readonly presence: boolean }

const AT_FIRST: Privacy = { readReceipts: true, typing: true, presence: false }

export const privacyOf = ({ transaction }: Pick<Context, 'transaction'>): Privacy => transaction.get(PRIVACY, 'self') ?? AT_FIRST

/** The same, chosen. */
export const choosePrivacy = (context: Pick<Context, 'transaction'>, what: keyof Privacy, isOn: boolean): void =>
  context.transaction.put(PRIVACY, ['self'], { ...privacyOf(context), [what]: isOn })
