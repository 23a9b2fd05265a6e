/** What clients request (PROTOCOL §13.1). Each request goes to the part that answers it. */
import type { MailboxRequest } from '@sotto/wire'
import type { StoreCommand } from '../store/mailbox-store.ts'
import type { Admissions } from './admissions.ts'
import type { Appends } from './appends.ts'
import type { Connection, Handle } from './connections.ts'
import type { Desk } from './desk.ts'
import type { KeyDesk } from './key-desk.ts'
import type { Opens } from './opens.ts'
import type { Pushes } from './pushes.ts'
import type { Reads } from './reads.ts'
import type { Rooms } from './rooms.ts'

export interface Requests {
  readonly serve: (connection: Connection, request: MailboxRequest, nowMs: number) => void
}

/** The parts that answer. */
export interface ServerParts {
  readonly admissions: Admissions
  readonly opens: Opens
  readonly reads: Reads
  readonly pushes: Pushes
  readonly keyDesk: KeyDesk
  readonly appends: Appends
  readonly rooms: Rooms
}

/** A client with too many requests in flight is told to try again after this. */
const BUSY_RETRY_MS = 100

export function createRequests(desk: Desk, { admissions, opens, reads, pushes, keyDesk, appends, rooms }: ServerParts): Requests {
  const { limits } = desk

  const answerDone = ({ connection }: Handle, request: number, command: StoreCommand): void =>
    desk.store(connection, request, command, (result) => {
      if (result.kind === 'refused') return
      desk.say(connection, { kind: 'done', request })
      // It deleted something, or nothing was there.
      rooms.freed(command.mailbox)
    })

  const acknowledge = (handle: Handle, request: number, upTo: number): void => {
    const { connection, mailbox } = handle
    if (!handle.mayRead) {
      desk.refuse(connection, request, 'notAllowed')
    } else if (handle.kind === 'group' || handle.kind === 'blob') {
      // No reader can delete for the others: a group's records go when they expire, and a file's too, or with all of it.
      desk.say(connection, { kind: 'done', request })
    } else {
      answerDone(handle, request, { kind: 'acknowledge', mailbox, upTo })
    }
  }

  const drop = (handle: Handle, request: number): void => {
    const { connection, mailbox } = handle
    const mayDrop = handle.kind === 'inbox' ? handle.mayRead : handle.kind === 'blob' && handle.mayAppend
    if (!mayDrop) desk.refuse(connection, request, 'notAllowed')
    else answerDone(handle, request, { kind: 'drop', mailbox })
  }

  const read = (handle: Handle, request: number, after: number, most: number): void => {
    const { connection, mailbox } = handle
    if (!handle.mayRead) {
      desk.refuse(connection, request, 'notAllowed')
      return
    }
    const mostRecords = Math.max(1, Math.min(most, limits.readRecords))
    const command = { kind: 'read', mailbox, after, mostRecords, mostBytes: limits.recordBytes } as const
    connection.inFlight++
    reads.ask(connection, Symbol('request'), () =>
      desk.store(connection, null, command, (result) => {
        connection.inFlight--
        if (result.kind === 'records') desk.say(connection, { ...result, request })
        else if (result.kind === 'refused') desk.refuse(connection, request, result.code, result.retryAfterMs)
        reads.answered(connection)
      }),
    )
  }

  /** Serves a request about an open mailbox. */
  const serveHandle = (handle: Handle, request: Exclude<MailboxRequest, { readonly kind: 'open' | 'admit' }>, nowMs: number): void => {
    switch (request.kind) {
      case 'append':
        appends.append(handle, request, nowMs)
        return
      case 'read':
        read(handle, request.request, request.after, request.most)
        return
      case 'subscribe':
        pushes.subscribe(handle, request)
        return
      case 'credit':
        pushes.credit(handle, request.more)
        return
      case 'acknowledge':
        acknowledge(handle, request.request, request.upTo)
        return
      case 'drop':
        drop(handle, request.request)
        return
      case 'publishKeys':
        keyDesk.publish(handle, request, nowMs)
        return
      case 'fetchKeys':
        keyDesk.fetch(handle, request.request, nowMs)
        return
      case 'close':
        pushes.unsubscribe(handle)
        rooms.forget(handle)
        handle.connection.handles.delete(handle.number)
    }
  }

  return {
    serve: (connection, request, nowMs) => {
      if ('request' in request && connection.inFlight >= limits.requestsInFlight) {
        desk.refuse(connection, request.request, 'tooManyRequests', BUSY_RETRY_MS)
        return
      }
      if (request.kind === 'admit') {
        admissions.admit(connection, request, nowMs)
        return
      }
      if (!admissions.isAdmitted(connection)) {
        if ('request' in request) desk.refuse(connection, request.request, 'notAdmitted')
        return
      }
      if (request.kind === 'open') {
        opens.open(connection, request, nowMs)
        return
      }
      const handle = connection.handles.get(request.handle)
      if (handle !== undefined) serveHandle(handle, request, nowMs)
      else if ('request' in request) desk.refuse(connection, request.request, 'unknownHandle')
    },
  }
}
