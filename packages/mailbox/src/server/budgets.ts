/**
 * What one peer and one address may take, in all their streams together: peers are free to make, and so are streams.
 * In memory only: a relay writes no address down, and forgets budgets when it restarts.
 */
import type { Connection } from './connections.ts'
import { createRates } from './rate.ts'
import type { ServerLimits } from './server-limits.ts'

type Owner = Pick<Connection, 'clientPeer' | 'address'>

/** What an address leaves on the disk is counted by what it is, so that files never take the room of letters. */
export type Kept = 'letters' | 'blobs'

/** Each returns 0 if there was room, which it took, or the ms until there will be. */
export interface Budgets {
  readonly takeOpen: (of: Owner, nowMs: number) => number
  readonly takeAppend: (of: Owner, nowMs: number) => number
  /** Of a file's chunk: files have a pace of their own. */
  readonly takeBlobAppend: (of: Owner, nowMs: number) => number
  readonly takeKeyFetch: (of: Owner, nowMs: number) => number
  /** Bytes that are to be kept on the disk: of letters and prekeys, or of files. */
  readonly takeKept: (of: Owner, sizeBytes: number, nowMs: number, what?: Kept) => number
  /** Returns the room of bytes that were not kept after all. */
  readonly giveBackKept: (of: Owner, sizeBytes: number, nowMs: number, what?: Kept) => void
  /** An OPEN proved nothing. No honest client sends one: its address waits for long after a few. */
  readonly chargeBadOpen: (of: Owner, nowMs: number) => void
}

/** What an address may leave on the disk is worth another try after this at most: it grows all the time. A guess. */
export const BUDGET_RETRY_MS = 60 * 60_000

const DAY_S = 24 * 60 * 60

export function createBudgets(limits: ServerLimits): Budgets {
  /** The budget of a peer, and that of an address, which is `addressTimes` as large. */
  const both = (perSecond: number, burst: number) => {
    const byPeer = createRates(perSecond, burst)
    const byAddress = createRates(perSecond * limits.addressTimes, burst * limits.addressTimes)
    return {
      take: ({ clientPeer, address }: Owner, nowMs: number): number => {
        const [peer, house] = [byPeer.of(clientPeer, nowMs), byAddress.of(address, nowMs)]
        const waitMs = Math.max(peer.wait(nowMs), house.wait(nowMs))
        if (waitMs > 0) return waitMs
        peer.take(nowMs)
        house.take(nowMs)
        return 0
      },
      ofAddress: (address: string, nowMs: number) => byAddress.of(address, nowMs),
    }
  }
  const opens = both(limits.opensPerSecond, limits.mailboxesPerConnection)
  const appends = both(limits.appendsPerSecond, limits.appendBurst)
  const blobAppends = both(limits.blobAppendsPerSecond, limits.blobAppendBurst)
  const keyFetches = both(limits.preKeyFetchesPerMinute / 60, limits.preKeyFetchesPerMinute)
  const kept = {
    letters: createRates(limits.addressKeptBytesPerDay / DAY_S, limits.addressKeptBytes),
    blobs: createRates(limits.addressBlobBytesPerDay / DAY_S, limits.addressBlobBytes),
  }
  const badOpenCost = (limits.mailboxesPerConnection * limits.addressTimes) / limits.badOpensPerAddress

  return {
    takeOpen: opens.take,
    takeAppend: appends.take,
    takeBlobAppend: blobAppends.take,
    takeKeyFetch: keyFetches.take,
    takeKept: ({ address }, sizeBytes, nowMs, what = 'letters') => kept[what].of(address, nowMs).take(nowMs, sizeBytes),
    giveBackKept: ({ address }, sizeBytes, nowMs, what = 'letters') => kept[what].of(address, nowMs).charge(nowMs, -sizeBytes),
    chargeBadOpen: ({ address }, nowMs) => opens.ofAddress(address, nowMs).charge(nowMs, badOpenCost),
  }
}
