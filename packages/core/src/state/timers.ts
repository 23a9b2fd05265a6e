/** Timers as rows: one for each name. */
import type { Context } from './context.ts'
import { TIMER } from './tables/self.ts'

/** Calls `onTimer(name)` not before `atMs`. A later call with the same name replaces the time; `earliest` keeps the sooner. */
export function setTimer(context: Context, name: TimerName, atMs: number, keep: 'replace' | 'earliest' = 'replace'): void {
  const before = context.transaction.get(TIMER, name)
  if (keep === 'earliest' && before !== undefined && before.atMs <= atMs) return
  context.transaction.put(TIMER, [name], { atMs })
}

/** What can be due. One timer each: what exactly is due stands in rows. */
export type TimerName =
  | 'outbox'
  | 'keyRequests'
  | 'secrets'
  | 'joins'
  | 'reconcile'
  | 'acknowledge'
  | 'mailboxFull'
  | 'isolated'
  | 'receipts'
  | 'admissions'
  | 'announce'
  | 'preKeys'
  | 'expiry'
  | 'relays'
  | `mailbox-${string}`
