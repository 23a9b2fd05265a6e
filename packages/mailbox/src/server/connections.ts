/** What a mailbox server remembers of its connections while they last. */
import { type MailboxId, type MailboxKind, toBase64url } from '@sotto/wire'

/** One stream of one client. */
export interface Connection {
  readonly id: number
  readonly clientPeer: string
  readonly address: string
  readonly nonce: Uint8Array
  readonly handles: Map<number, Handle>
  nextHandle: number
  /** Requests that are not answered yet. */
  inFlight: number
  /** Reads that the store has not answered (`reads.ts`), and those that wait for their turn, oldest first. */
  reads: number
  readonly readsWaiting: Map<ReadOwner, () => void>
  writable: boolean
}

/** A new connection: nothing is open on it. */
export function createConnection(client: Pick<Connection, 'id' | 'clientPeer' | 'address' | 'nonce'>): Connection {
  return {
    ...client,
    handles: new Map(),
    nextHandle: 1,
    inFlight: 0,
    reads: 0,
    readsWaiting: new Map(),
    writable: true,
  }
}

/** The owner of a read: a subscription, which has one at a time, or a request. */
export type ReadOwner = Handle | symbol

/** The result of an OPEN. */
export interface Handle {
  readonly number: number
  readonly connection: Connection
  readonly mailbox: MailboxId
  /** Text of `mailbox`, for maps. */
  readonly name: string
  readonly kind: MailboxKind
  readonly mayRead: boolean
  readonly mayAppend: boolean
  /** 0 for strangers and outside inboxes. */
  readonly capability: number
  readonly capabilityRecords: number
  /** When the grant ends; Infinity without one. */
  readonly untilMs: number
  subscription: Subscription | null
}

/** A subscriber's progress. */
export interface Subscription {
  /** Cursor of the last record that was pushed. */
  position: number
  credit: number
  /**
   * `reading`: the store was or will be asked for what follows `position`. Its answer holds everything appended before
   * it.
   * `live`: everything stored was pushed. `stalled`: something was not, for lack of credit or of room in the socket.
   */
  stage: 'reading' | 'live' | 'stalled'
  /** The last cursor that was told of while it was reading. What the store answered may be older than that. */
  toldWhileReading: number
  saidCaughtUp: boolean
}

/** All current subscribers of each mailbox. */
export interface Subscribers {
  readonly of: (mailbox: MailboxId) => Iterable<Handle>
  readonly add: (handle: Handle) => void
  readonly remove: (handle: Handle) => void
}

/** @param onWatched a mailbox has its first subscriber, or lost its last */
export function createSubscribers(onWatched: (mailbox: MailboxId, isWatched: boolean) => void): Subscribers {
  const byMailbox = new Map<string, Set<Handle>>()
  return {
    of: (mailbox) => byMailbox.get(toBase64url(mailbox)) ?? [],
    add: (handle) => {
      const handles = byMailbox.get(handle.name) ?? new Set()
      if (handles.size === 0) onWatched(handle.mailbox, true)
      byMailbox.set(handle.name, handles.add(handle))
    },
    remove: (handle) => {
      const handles = byMailbox.get(handle.name)
      if (handles?.delete(handle) !== true || handles.size > 0) return
      byMailbox.delete(handle.name)
      onWatched(handle.mailbox, false)
    },
  }
}
