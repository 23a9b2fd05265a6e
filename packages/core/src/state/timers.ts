/** Timers as rows: one for each name. */
import type { Context } from './context.ts'
import { TIMER } from './tables/self.ts'

/** The timer `name` is due at `atMs` at the earliest. A later call replaces the time; with `earliest` the sooner time stays. */
export function setTimer(context: Context, name: TimerName, atMs: number, keep: 'replace' | 'earliest' = 'replace'): void {
  const before = context.transaction.get(TIMER, name)
  if (keep === 'earliest' && before !== undefined && before.atMs <= atMs) return
  context.transaction.put(TIMER, [name], { atMs })
}

/** What can be due. There is one timer of each; rows say what exactly is due. */
export type TimerName =
  | 'outbox'
  | 'keyRequests'
  | 'secrets'
  | 'rekey'
  | 'joins'
  | 'reconcile'
  | 'acknowledge'
  | 'mailboxFull'
  | 'isolated'
  | 'names'
  | 'receipts'
  | 'admissions'
  | 'announce'
  | 'readMarks'
  | 'typing'
  | 'presence'
  | 'preKeys'
  | 'files'
  | 'expiry'
  | 'relays'
  | 'vanishing'
  | 'earlier'
  | 'silence'
  | `mailbox-${string}`
