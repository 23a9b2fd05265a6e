/** What a mailbox server sends unasked: the backlog after a subscription, then new records. */
import type { MailboxId, MailboxRequest, StoredRecord } from '@sotto/wire'
import type { StoreResult } from '../store/mailbox-store.ts'
import type { RelayWord } from '../store/shared-store.ts'
import type { Connection, Handle, Subscribers, Subscription } from './connections.ts'
import type { Desk } from './desk.ts'
import type { Reads } from './reads.ts'

/** A record that a store has just taken. */
export interface AppendedRecord extends StoredRecord {
  /** The cursor of the record before it in the mailbox, at most; 0 if nothing can have been missed. */
  readonly previous: number
}

export interface Pushes {
  readonly subscribe: (handle: Handle, request: Extract<MailboxRequest, { readonly kind: 'subscribe' }>) => void
  readonly unsubscribe: (handle: Handle) => void
  readonly credit: (handle: Handle, more: number) => void
  /** Resumes a stalled subscription if it can push again. */
  readonly goOn: (handle: Handle) => void
  /** A record is on the disk: every live subscriber gets it. */
  readonly onAppended: (mailbox: MailboxId, record: AppendedRecord) => void
  /** Something up to this cursor may have been missed: subscribers that are not so far read on. */
  readonly lookAgain: (mailbox: MailboxId, upTo: number) => void
  /** What another relay says to the readers of a mailbox. */
  readonly onWord: (mailbox: MailboxId, word: Exclude<RelayWord, { readonly kind: 'keysLeft' }>) => void
  /** To all current readers of the mailbox except the sender. Never kept. */
  readonly signal: (from: Handle, body: Uint8Array) => void
}

export function createPushes(desk: Desk, subscribers: Subscribers, reads: Reads): Pushes {
  const push = (handle: Handle, subscription: Subscription, { cursor, capability, body }: StoredRecord): void => {
    subscription.position = cursor
    subscription.credit -= 1
    desk.count('pushed')
    desk.say(handle.connection, { kind: 'pushed', handle: handle.number, cursor, capability, body })
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
      if (handle.subscription === subscription) {
        if (result.kind === 'records') onRead(handle, subscription, result)
        // The store is away. It says so when it is back (`lookAgain`).
        else subscription.stage = 'stalled'
      }
      reads.answered(connection)
    })
  }

  const onRead = (handle: Handle, subscription: Subscription, result: Extract<StoreResult, { readonly kind: 'records' }>): void => {
    const { connection } = handle
    for (const record of result.records) {
      if (subscription.credit === 0) {
        stall(handle, subscription)
        return
      }
      push(handle, subscription, record)
    }
    if (result.more && (subscription.credit === 0 || !connection.writable)) {
      stall(handle, subscription)
    } else if (result.more || subscription.toldWhileReading > subscription.position) {
      subscription.toldWhileReading = 0
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

  const lookAgain = (mailbox: MailboxId, upTo: number): void => {
    for (const handle of subscribers.of(mailbox)) {
      const { subscription } = handle
      if (subscription === null || upTo <= subscription.position) continue
      if (subscription.stage === 'live') readOn(handle, subscription)
      else if (subscription.stage === 'reading') subscription.toldWhileReading = Math.max(subscription.toldWhileReading, upTo)
      else goOn(handle)
    }
  }

  /** An alarm for a stolen key: another client reads this inbox. */
  const announceReader = (mailbox: MailboxId, clientPeer: string): void => {
    for (const other of subscribers.of(mailbox)) {
      if (other.kind !== 'inbox' || other.connection.clientPeer === clientPeer) continue
      desk.say(other.connection, { kind: 'secondReader', handle: other.number })
    }
  }

  const signalFrom = (mailbox: MailboxId, sender: Connection | null, body: Uint8Array): void => {
    for (const handle of subscribers.of(mailbox)) {
      if (handle.connection === sender || !handle.connection.writable) continue
      if (handle.subscription?.stage === 'stalled') continue
      desk.say(handle.connection, { kind: 'signalled', handle: handle.number, body })
    }
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
        announceReader(handle.mailbox, connection.clientPeer)
        desk.tell(handle.mailbox, { kind: 'reader', clientPeer: connection.clientPeer })
      }
      // One subscription of a mailbox for each stream: many handles would make many pushes of each record.
      for (const other of connection.handles.values()) {
        if (other !== handle && other.name === handle.name && other.subscription !== null) unsubscribe(other)
      }
      const mostCredit = Math.min(credit, desk.limits.pushCredit)
      const subscription: Subscription = { position: after, credit: mostCredit, stage: 'reading', toldWhileReading: 0, saidCaughtUp: false }
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
    lookAgain,
    onWord: (mailbox, word) => {
      if (word.kind === 'reader') announceReader(mailbox, word.clientPeer)
      else signalFrom(mailbox, null, word.body)
    },
    onAppended: (mailbox, { previous, ...record }) => {
      const { cursor } = record
      for (const handle of subscribers.of(mailbox)) {
        const { subscription } = handle
        if (subscription === null || cursor <= subscription.position) continue
        // A subscriber that is still reading mostly finds the record in the store's answer.
        if (subscription.stage === 'reading') subscription.toldWhileReading = Math.max(subscription.toldWhileReading, cursor)
        if (subscription.stage !== 'live') continue
        if (previous > subscription.position) readOn(handle, subscription)
        else if (subscription.credit > 0 && handle.connection.writable) push(handle, subscription, record)
        else stall(handle, subscription)
      }
    },
    signal: (from, body) => signalFrom(from.mailbox, from.connection, body),
  }
}
