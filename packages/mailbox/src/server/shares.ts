/**
 * How much of each group mailbox one connection and one address have filled, so that no single member fills it alone.
 * In memory only: a relay writes no address down, and forgets shares when it restarts.
 */
import type { ServerLimits } from './server-limits.ts'

interface Share {
  records: number
  bytes: number
  readonly sinceMs: number
}

/** How often old shares are looked for. A guess. */
const SWEEPS_PER_RETENTION = 24

/** A used-up share is worth another try after this at most: another connection has its own. A guess. */
export const SHARE_RETRY_MS = 60 * 60_000

export interface Shares {
  /** Takes a record's room: 0, or the ms after which the share is certainly free again. */
  readonly take: (mailbox: string, connection: number, address: string, sizeBytes: number, nowMs: number) => number
  /** Returns the room of a record that was not kept after all. */
  readonly giveBack: (mailbox: string, connection: number, address: string, sizeBytes: number) => void
  readonly forgetConnection: (connection: number) => void
}

export function createShares(limits: ServerLimits): Shares {
  const byConnection = new Map<number, Map<string, Share>>()
  const byAddress = new Map<string, Share>()
  let sweptMs = 0

  /** Shares older than any record that they could count have expired with those records. */
  const sweep = (nowMs: number): void => {
    if (nowMs - sweptMs < limits.retentionMs / SWEEPS_PER_RETENTION) return
    sweptMs = nowMs
    for (const shares of [byAddress, ...byConnection.values()]) {
      for (const [name, share] of shares) if (share.sinceMs + limits.retentionMs <= nowMs) shares.delete(name)
    }
  }

  /** Where the two shares of a record are counted, and how much of the mailbox each may fill. */
  const counters = (mailbox: string, connection: number, address: string) => {
    const ofConnection = byConnection.get(connection) ?? new Map<string, Share>()
    byConnection.set(connection, ofConnection)
    return [
      { shares: ofConnection, name: mailbox, part: limits.connectionShare },
      { shares: byAddress, name: `${mailbox} ${address}`, part: limits.addressShare },
    ]
  }

  return {
    take: (mailbox, connection, address, sizeBytes, nowMs) => {
      sweep(nowMs)
      const both = counters(mailbox, connection, address)
      for (const { shares, name, part } of both) {
        const share = shares.get(name)
        if (share === undefined) continue
        const isUsed = share.records + 1 > limits.groupMailboxRecords * part || share.bytes + sizeBytes > limits.groupMailboxBytes * part
        if (isUsed) return Math.max(1, share.sinceMs + limits.retentionMs - nowMs)
      }
      for (const { shares, name } of both) {
        const share = shares.get(name) ?? { records: 0, bytes: 0, sinceMs: nowMs }
        share.records += 1
        share.bytes += sizeBytes
        shares.set(name, share)
      }
      return 0
    },
    giveBack: (mailbox, connection, address, sizeBytes) => {
      for (const { shares, name } of counters(mailbox, connection, address)) {
        const share = shares.get(name)
        if (share === undefined) continue
        share.records -= 1
        share.bytes -= sizeBytes
        if (share.records <= 0) shares.delete(name)
      }
    },
    forgetConnection: (connection) => {
      byConnection.delete(connection)
    },
  }
}
