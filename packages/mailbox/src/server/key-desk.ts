/** Stores prekeys and hands them out, each one-time key once (PROTOCOL §2). They are opaque here. */
import type { KeyPublication, MailboxId, MailboxRequest } from '@sotto/wire'
import type { KeysLeft } from '../store/mailbox-store.ts'
import type { Handle, Subscribers } from './connections.ts'
import type { Desk } from './desk.ts'
import type { Budgets } from './budgets.ts'
import { createRates } from './rate.ts'
import { keepMsOf } from './retention.ts'
import { BUDGET_RETRY_MS } from './budgets.ts'

export interface KeyDesk {
  readonly publish: (handle: Handle, request: Extract<MailboxRequest, { readonly kind: 'publishKeys' }>, nowMs: number) => void
  readonly fetch: (handle: Handle, request: number, nowMs: number) => void
  /** Tells the owner that has just opened its inbox how many keys are left. */
  readonly tellOwner: (handle: Handle) => void
  /** Few keys are left: tells the owner, where it is subscribed here. */
  readonly tellOwners: (mailbox: MailboxId, left: KeysLeft) => void
}

export function createKeyDesk(desk: Desk, subscribers: Subscribers, budgets: Budgets): KeyDesk {
  const { limits } = desk
  const fetchesOfTarget = createRates(limits.preKeyFetchesPerMinute / 60, limits.preKeyFetchesPerMinute)

  const tell = (handle: Handle, { published, oneTime, oneTimeKem }: KeysLeft): void =>
    desk.say(handle.connection, { kind: 'keysLeft', handle: handle.number, published, oneTime, oneTimeKem })

  const tellOwners = (mailbox: MailboxId, left: KeysLeft): void => {
    for (const owner of subscribers.of(mailbox)) tell(owner, left)
  }

  return {
    publish: (handle, { request, replace, publication }, nowMs) => {
      const { connection, mailbox, kind } = handle
      if (kind !== 'inbox' || !handle.mayRead) {
        desk.refuse(connection, request, 'notAllowed')
        return
      }
      const sizeBytes = sizeOf(publication)
      const waitMs = budgets.takeKept(connection, sizeBytes, nowMs)
      if (waitMs > 0) {
        desk.refuse(connection, request, 'share', Math.min(waitMs, BUDGET_RETRY_MS))
        return
      }
      const expiresMs = nowMs + keepMsOf(limits, 'ordinary')
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
      const waitMs = budgets.takeKeyFetch(connection, nowMs)
      if (waitMs > 0) {
        desk.refuse(connection, request, 'rate', waitMs)
        return
      }
      // A client that fetches one inbox's keys too often uses up nothing: from then on the answer is the last-resort key.
      const pop = fetchesOfTarget.of(name, nowMs).take(nowMs) === 0
      desk.store(connection, request, { kind: 'fetchKeys', mailbox, pop }, (result) => {
        if (result.kind !== 'keys') return
        desk.count('keysFetched')
        desk.say(connection, { kind: 'keys', request, keys: result.keys })
        const { left } = result
        if (!left.published || Math.min(left.oneTime, left.oneTimeKem) >= limits.oneTimePreKeysLow) return
        tellOwners(mailbox, left)
        desk.tell(mailbox, { kind: 'keysLeft', oneTime: left.oneTime, oneTimeKem: left.oneTimeKem })
      })
    },

    tellOwners,

    tellOwner: (handle) => {
      desk.store(handle.connection, null, { kind: 'countKeys', mailbox: handle.mailbox }, (result) => {
        if (result.kind === 'keysLeft') tell(handle, result.left)
      })
    },
  }
}

const sizeOf = ({ shared, lastResort, oneTime, oneTimeKem }: KeyPublication): number =>
  [...oneTime, ...oneTimeKem].reduce((sum, { key }) => sum + key.length, shared.length + lastResort.length)
