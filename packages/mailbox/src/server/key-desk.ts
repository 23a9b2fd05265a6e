/** Stores prekeys and hands them out, each one-time key once (PROTOCOL §2). They are opaque here. */
import type { MailboxRequest } from '@sotto/wire'
import type { KeysLeft } from '../store/mailbox-store.ts'
import type { Handle, Subscribers } from './connections.ts'
import type { Desk } from './desk.ts'
import { type Rate, createRate } from './rate.ts'

export interface KeyDesk {
  readonly publish: (handle: Handle, request: Extract<MailboxRequest, { readonly kind: 'publishKeys' }>, nowMs: number) => void
  readonly fetch: (handle: Handle, request: number, nowMs: number) => void
  /** Tells the owner that has just opened its inbox how many keys are left. */
  readonly tellOwner: (handle: Handle) => void
}

/** Rate buckets of targets kept. Beyond that, full ones are forgotten. */
const TARGETS_KEPT = 1_024

export function createKeyDesk(desk: Desk, subscribers: Subscribers): KeyDesk {
  const { limits } = desk
  const fetchesByTarget = new Map<string, Rate>()

  const fetchesOf = (inbox: string, nowMs: number): Rate => {
    const known = fetchesByTarget.get(inbox)
    if (known !== undefined) return known
    if (fetchesByTarget.size >= TARGETS_KEPT) {
      for (const [name, rate] of fetchesByTarget) if (rate.isFull(nowMs)) fetchesByTarget.delete(name)
    }
    const rate = createRate(limits.preKeyFetchesPerMinute / 60, limits.preKeyFetchesPerMinute, nowMs)
    fetchesByTarget.set(inbox, rate)
    return rate
  }

  const tell = (handle: Handle, left: KeysLeft): void => desk.say(handle.connection, { kind: 'keysLeft', handle: handle.number, ...left })

  return {
    publish: (handle, { request, replace, publication }, nowMs) => {
      const { connection, mailbox, kind } = handle
      if (kind !== 'inbox' || !handle.mayRead) {
        desk.refuse(connection, request, 'notAllowed')
        return
      }
      const expiresMs = nowMs + limits.retentionMs
      const command = { kind: 'publishKeys', mailbox, replace, publication, expiresMs, mostKeys: limits.oneTimePreKeys } as const
      desk.store(connection, request, command, (result) => {
        if (result.kind !== 'keysLeft') return
        desk.say(connection, { kind: 'done', request })
        tell(handle, result.left)
      })
    },

    fetch: (handle, request, nowMs) => {
      const { connection, mailbox, name, kind } = handle
      if (kind !== 'inbox' || !handle.mayAppend) {
        desk.refuse(connection, request, 'notAllowed')
        return
      }
      if (handle.untilMs <= nowMs) {
        desk.refuse(connection, request, 'expired')
        return
      }
      const waitMs = connection.keyFetches.take(nowMs)
      if (waitMs > 0) {
        desk.refuse(connection, request, 'rate', waitMs)
        return
      }
      // A client that fetches one inbox's keys too often uses up nothing: from then on the answer is the last-resort key.
      const pop = fetchesOf(name, nowMs).take(nowMs) === 0
      desk.store(connection, request, { kind: 'fetchKeys', mailbox, pop }, (result) => {
        if (result.kind !== 'keys') return
        desk.count('keysFetched')
        desk.say(connection, { kind: 'keys', request, keys: result.keys })
        const { left } = result
        if (!left.published || Math.min(left.oneTime, left.oneTimeKem) >= limits.oneTimePreKeysLow) return
        for (const owner of subscribers.of(mailbox)) tell(owner, left)
      })
    },

    tellOwner: (handle) => {
      desk.store(handle.connection, null, { kind: 'countKeys', mailbox: handle.mailbox }, (result) => {
        if (result.kind === 'keysLeft') tell(handle, result.left)
      })
    },
  }
}
