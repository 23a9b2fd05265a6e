/** What a mailbox server sends unasked: the backlog after a subscription, then new records. */
import type { MailboxId, MailboxRequest } from '@sotto/wire'
import type { StoreResult } from '../store/mailbox-store.ts'
import type { Handle, Subscribers, Subscription } from './connections.ts'
import type { Desk } from './desk.ts'
import type { Reads } from './reads.ts'

export interface Pushes {
  readonly subscribe: (handle: Handle, request: Extract<MailboxRequest, { readonly kind: 'subscribe' }>) => void
  readonly unsubscribe: (handle: Handle) => void
  readonly credit: (handle: Handle, more: number) => void
  /** Resumes a stalled subscription if it can push again. */
  readonly goOn: (handle: Handle) => void
  /** A record is on the disk: every live subscriber gets it. */
  readonly onAppended: (mailbox: MailboxId, cursor: number, body: Uint8Array) => void
  /** To all current readers of the mailbox except the sender. Never kept. */
  readonly signal: (from: Handle, body: Uint8Array) => void
}

export function createPushes(desk: Desk, subscribers: Subscribers, reads: Reads): Pushes {
  const push = (handle: Handle, subscription: Subscription, cursor: number, body: Uint8Array): void => {
    subscription.position = cursor
    subscription.credit -= 1
    desk.count('pushed')
    desk.say(handle.connection, { kind: 'pushed', handle: handle.number, cursor, body })
  }

  const stall = (handle: Handle, subscription: Subscription): void => {
    subscription.stage = 'stalled'
    if (subscription.credit > 0) return
    desk.count('lagged')
    desk.say(handle.connection, { kind: 'lagging', handle: handle.number })
  }

  /** Asks the store for what follows the subscriber's position, when it is this handle's turn. */
  const readOn = (handle: Handle, subscription: Subscription): void => {
    subscription.stage = 'reading'
    reads.ask(handle.connection, handle, () => read(handle, subscription))
  }

  /** Asks the store, pushes what it has, and continues until nothing is left. */
  const read = (handle: Handle, subscription: Subscription): void => {
    const { connection, mailbox } = handle
    const mostRecords = Math.max(1, Math.min(subscription.credit, desk.limits.readRecords))
    const command = { kind: 'read', mailbox, after: subscription.position, mostRecords, mostBytes: desk.limits.recordBytes } as const
    desk.store(connection, null, command, (result) => {
      if (result.kind === 'records' && handle.subscription === subscription) onRead(handle, subscription, result)
      reads.answered(connection)
    })
  }

  const onRead = (handle: Handle, subscription: Subscription, result: Extract<StoreResult, { readonly kind: 'records' }>): void => {
    const { connection } = handle
    for (const { cursor, body } of result.records) {
      if (subscription.credit === 0) {
        stall(handle, subscription)
        return
      }
      push(handle, subscription, cursor, body)
    }
    if (result.more && (subscription.credit === 0 || !connection.writable)) {
      stall(handle, subscription)
    } else if (result.more) {
      readOn(handle, subscription)
    } else {
      subscription.stage = 'live'
      if (subscription.saidCaughtUp) return
      subscription.saidCaughtUp = true
      desk.say(connection, { kind: 'caughtUp', handle: handle.number, cursor: subscription.position })
    }
  }

  const goOn = (handle: Handle): void => {
    const { subscription, connection } = handle
    if (subscription?.stage === 'stalled' && subscription.credit > 0 && connection.writable) readOn(handle, subscription)
  }

  const unsubscribe = (handle: Handle): void => {
    subscribers.remove(handle)
    reads.forget(handle.connection, handle)
    handle.subscription = null
  }

  return {
    subscribe: (handle, { request, after, credit }) => {
      const { connection } = handle
      if (!handle.mayRead) {
        desk.refuse(connection, request, 'notAllowed')
        return
      }
      if (handle.kind === 'inbox') {
        for (const other of subscribers.of(handle.mailbox)) {
          if (other.connection.clientPeer === connection.clientPeer) continue
          desk.say(other.connection, { kind: 'secondReader', handle: other.number })
        }
      }
      // One subscription of a mailbox for each stream: many handles would make many pushes of each record.
      for (const other of connection.handles.values()) {
        if (other !== handle && other.name === handle.name && other.subscription !== null) unsubscribe(other)
      }
      const mostCredit = Math.min(credit, desk.limits.pushCredit)
      const subscription: Subscription = { position: after, credit: mostCredit, stage: 'reading', saidCaughtUp: false }
      handle.subscription = subscription
      subscribers.add(handle)
      desk.say(connection, { kind: 'done', request })
      readOn(handle, subscription)
    },
    unsubscribe,
    credit: (handle, more) => {
      const { subscription } = handle
      if (subscription === null) return
      subscription.credit = Math.min(subscription.credit + more, desk.limits.pushCredit)
      goOn(handle)
    },
    goOn,
    onAppended: (mailbox, cursor, body) => {
      for (const handle of subscribers.of(mailbox)) {
        const { subscription } = handle
        // A subscriber that is still reading finds the record in the store's answer, which comes after it.
        if (subscription === null || subscription.stage !== 'live' || cursor <= subscription.position) continue
        if (subscription.credit > 0 && handle.connection.writable) push(handle, subscription, cursor, body)
        else stall(handle, subscription)
      }
    },
    signal: (from, body) => {
      for (const handle of subscribers.of(from.mailbox)) {
        if (handle.connection === from.connection || !handle.connection.writable) continue
        if (handle.subscription?.stage === 'stalled') continue
        desk.say(handle.connection, { kind: 'signalled', handle: handle.number, body })
      }
    },
  }
}
