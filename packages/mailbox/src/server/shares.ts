/**
 * How much of each group mailbox one connection and one address have filled. Twice that must be free beside it (PROTOCOL §8.74), so that
 * a few who fill it leave room to all others, however many records it takes: the dynamic thresholds of shared memory in switches
 * (Choudhury and Hahne 1998). In memory only: a relay writes no address down, and forgets shares when it restarts.
 */
import type { ServerLimits } from './server-limits.ts'

/** What a connection and its address have in a mailbox: records, and the bytes of their bodies. */
export interface Filled {
  readonly records: number
  readonly bytes: number
}

interface Share {
  records: number
  bytes: number
  readonly sinceMs: number
}

/** How often old shares are looked for. A guess. */
const SWEEPS_PER_RETENTION = 24

export interface Shares {
  /** Counts a record. Returns what its connection and its address had before, together. */
  readonly take: (mailbox: string, connection: number, address: string, sizeBytes: number, nowMs: number) => Filled
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

  /** Where the two shares of a record are counted. */
  const counters = (mailbox: string, connection: number, address: string) => {
    const ofConnection = byConnection.get(connection) ?? new Map<string, Share>()
    byConnection.set(connection, ofConnection)
    return [
      { shares: ofConnection, name: mailbox },
      { shares: byAddress, name: `${mailbox} ${address}` },
    ]
  }

  return {
    take: (mailbox, connection, address, sizeBytes, nowMs) => {
      sweep(nowMs)
      const before = { records: 0, bytes: 0 }
      for (const { shares, name } of counters(mailbox, connection, address)) {
        const share = shares.get(name) ?? { records: 0, bytes: 0, sinceMs: nowMs }
        before.records += share.records
        before.bytes += share.bytes
        share.records += 1
        share.bytes += sizeBytes
        shares.set(name, share)
      }
      return before
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
