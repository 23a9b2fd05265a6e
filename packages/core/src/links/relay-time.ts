/** The relays' clocks (PROTOCOL §13.14): only a hint which clock may be wrong. No relay's time moves a message. */
import { LIMITS } from '@sotto/wire'
import type { Context } from '../state/context.ts'
import type { Transaction } from '../state/table.ts'
import { RELAY_LINK } from '../state/tables/links.ts'

/** How far our clock is ahead of the connected relay that agrees best with it; 0 if no relay is connected. */
export function clockAheadOfRelaysMs(transaction: Pick<Transaction, 'scan'>): number {
  const aheads = transaction.scan(RELAY_LINK).flatMap(({ value }) => {
    const behindMs = value.state === 'connected' ? value.client.connection?.session?.clockAheadMs : undefined
    return behindMs === undefined ? [] : [-behindMs]
  })
  return aheads.toSorted((a, b) => Math.abs(a) - Math.abs(b))[0] ?? 0
}

/** Whether a connected relay's clock agrees with ours; undefined: none is connected. */
export function relaysAgree(transaction: Pick<Transaction, 'scan'>): boolean | undefined {
  const connected = transaction
    .scan(RELAY_LINK)
    .some(({ value }) => value.state === 'connected' && value.client.connection?.session?.clockAheadMs !== undefined)
  return connected ? Math.abs(clockAheadOfRelaysMs(transaction)) <= LIMITS.clockWrongMs : undefined
}

/** The present time by the relays, if any is connected; else by our clock. */
export const relayNowMs = (context: Context): number => context.nowMs - clockAheadOfRelaysMs(context.transaction)
