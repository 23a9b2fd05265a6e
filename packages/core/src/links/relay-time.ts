/** What relays say of the time: a hint, of whose clock may be wrong. No relay moves a message by it. */
import type { Context } from '../state/context.ts'
import type { Transaction } from '../state/table.ts'
import { RELAY_LINK } from '../state/tables/links.ts'

/** By how much our clock is ahead of the connected relay's that it differs least from; 0 where none is connected. */
export function clockAheadOfRelaysMs(transaction: Pick<Transaction, 'scan'>): number {
  const aheads = transaction.scan(RELAY_LINK).flatMap(({ value }) => {
    const behindMs = value.state === 'connected' ? value.client.connection?.session?.clockAheadMs : undefined
    return behindMs === undefined ? [] : [-behindMs]
  })
  return aheads.toSorted((a, b) => Math.abs(a) - Math.abs(b))[0] ?? 0
}

/** The time by the relays, where any is connected. */
export const relayNowMs = (context: Context): number => context.nowMs - clockAheadOfRelaysMs(context.transaction)
