/** What members pass on to new ones of the time before them (PROTOCOL §5.67). */
import { LIMITS } from './limits.ts'

/** Of so many days, or the last so many messages; both 0: nothing. */
export interface HistoryPolicy {
  readonly days: number
  readonly messages: number
}

export const NO_HISTORY: HistoryPolicy = { days: 0, messages: 0 }

/** Whether it is one: whole numbers within the limits, and not both of them. */
export const isHistoryPolicy = ({ days, messages }: HistoryPolicy): boolean =>
  isUpTo(days, LIMITS.historyDays) && isUpTo(messages, LIMITS.historyMessages) && (days === 0 || messages === 0)

const isUpTo = (value: number, most: number): boolean => Number.isInteger(value) && value >= 0 && value <= most
