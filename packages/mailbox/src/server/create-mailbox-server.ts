/** The mailbox server: see `mailbox-server.ts` for its contract. */
import type { Primitives, RandomBytes } from '@sotto/crypto/primitives'
import {
  type MailboxAnswer,
  type MailboxRequest,
  type RefusalCode,
  decode,
  encode,
  mailboxAnswer,
  mailboxRequest,
  toBase64url,
} from '@sotto/wire'
import type { StoreCommand, StoreResult } from '../store/mailbox-store.ts'
import { createAppends } from './appends.ts'
import { authorise } from './authorise.ts'
import { type Connection, type Handle, createSubscribers } from './connections.ts'
import { createKeyDesk } from './key-desk.ts'
import type { Counted, MailboxServer, ServerOutput } from './mailbox-server.ts'
import { createPushes } from './pushes.ts'
import { createRate } from './rate.ts'
import { createReads } from './reads.ts'
import { SERVER_LIMITS, type ServerLimits } from './server-limits.ts'

/** How the parts of a server speak: each call adds to the outputs of the current input. */
export interface Desk {
  readonly primitives: Primitives
  readonly limits: ServerLimits
  readonly say: (connection: Connection, answer: MailboxAnswer) => void
  readonly refuse: (connection: Connection, request: number, code: RefusalCode, retryAfterMs?: number) => void
  /** Asks the store; `then` runs when the result is durable, unless it is a refusal of `request`, told to the client. */
  readonly store: (
    connection: Connection,
    request: number | null,
    command: StoreCommand,
    then: (result: StoreResult, nowMs: number) => void,
  ) => void
  readonly count: (what: Counted) => void
}

/** A client that asks for more than it may have in flight is told so this often before it should try again. */
const BUSY_RETRY_MS = 100

export function createMailboxServer(options: {
  readonly primitives: Primitives
  readonly randomBytes: RandomBytes
  /** This relay's peer id, as libp2p writes it. */
  readonly relayPeer: string
  /** Of the store behind it. */
  readonly incarnation: Uint8Array
  readonly limits?: Partial<ServerLimits>
}): MailboxServer {
  const { primitives, randomBytes, relayPeer, incarnation } = options
  const limits: ServerLimits = { ...SERVER_LIMITS, ...options.limits }
  const connections = new Map<number, Connection>()
  const tickets = new Map<number, (result: StoreResult, nowMs: number) => void>()
  let nextTicket = 1
  let outputs: ServerOutput[] = []

  const desk: Desk = {
    primitives,
    limits,
    say: (connection, answer) => {
      if (!connections.has(connection.id)) return
      outputs.push({ kind: 'send', connection: connection.id, frame: encode(mailboxAnswer, answer) })
    },
    refuse: (connection, request, code, retryAfterMs = 0) => {
      desk.count(`refused:${code}`)
      desk.say(connection, { kind: 'refused', request, code, retryAfterMs })
    },
    store: (connection, request, command, then) => {
      const ticket = nextTicket++
      if (request !== null) connection.inFlight++
      tickets.set(ticket, (result, nowMs) => {
        if (request !== null) connection.inFlight--
        if (result.kind === 'refused' && request !== null) {
          desk.refuse(connection, request, result.code, result.retryAfterMs)
        }
        then(result, nowMs)
      })
      outputs.push({ kind: 'store', ticket, command })
    },
    count: (what) => {
      outputs.push({ kind: 'count', what })
    },
  }
  const subscribers = createSubscribers()
  const reads = createReads(limits)
  const pushes = createPushes(desk, subscribers, reads)
  const keyDesk = createKeyDesk(desk, subscribers)
  const appends = createAppends(desk, pushes)

  /** Runs one input and gives back what came of it. */
  const turn = (work: () => void): readonly ServerOutput[] => {
    outputs = []
    work()
    return outputs
  }

  const open = (connection: Connection, request: Extract<MailboxRequest, { kind: 'open' }>, nowMs: number): void => {
    const waitMs = connection.opens.take(nowMs)
    if (waitMs > 0) {
      desk.refuse(connection, request.request, 'rate', waitMs)
      return
    }
    if (connection.handles.size >= limits.mailboxesPerConnection) {
      desk.refuse(connection, request.request, 'tooManyMailboxes')
      return
    }
    const { clientPeer, nonce } = connection
    const context = { relayPeer, clientPeer, nonce, longestExpiryMs: limits.openExpiryMs }
    const admission = authorise(primitives, request, context, nowMs)
    if (typeof admission === 'string') {
      desk.refuse(connection, request.request, admission)
      return
    }
    const { mailbox, kind, mayRead, mayAppend, grant } = admission
    const handle: Handle = {
      number: connection.nextHandle++,
      connection,
      mailbox,
      name: toBase64url(mailbox),
      kind,
      mayRead,
      mayAppend,
      lane: grant?.lane ?? 0,
      laneRecords: grant === null ? limits.strangerLaneRecords : Math.min(grant.records, limits.laneRecords),
      untilMs: grant?.expiresMs ?? Infinity,
      subscription: null,
    }
    connection.handles.set(handle.number, handle)
    desk.count('opened')
    desk.say(connection, { kind: 'opened', request: request.request, handle: handle.number })
    if (kind === 'inbox' && mayRead) keyDesk.tellOwner(handle)
  }

  const acknowledge = (handle: Handle, request: number, upTo: number): void => {
    const { connection, mailbox } = handle
    if (!handle.mayRead) {
      desk.refuse(connection, request, 'notAllowed')
    } else if (handle.kind === 'group') {
      // No member can erase for the others: a group's letters go when they expire.
      desk.say(connection, { kind: 'done', request })
    } else {
      answerDone(handle, request, { kind: 'acknowledge', mailbox, upTo })
    }
  }

  const answerDone = ({ connection }: Handle, request: number, command: StoreCommand): void =>
    desk.store(connection, request, command, (result) => {
      if (result.kind !== 'refused') desk.say(connection, { kind: 'done', request })
    })

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
        reads.answered(connection)
      }),
    )
  }

  const serve = (connection: Connection, request: MailboxRequest, nowMs: number): void => {
    if (request.kind === 'open') {
      open(connection, request, nowMs)
      return
    }
    const handle = connection.handles.get(request.handle)
    if (handle === undefined) {
      if ('request' in request) desk.refuse(connection, request.request, 'unknownHandle')
      return
    }
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
        if (handle.kind !== 'inbox' || !handle.mayRead) desk.refuse(connection, request.request, 'notAllowed')
        else answerDone(handle, request.request, { kind: 'drop', mailbox: handle.mailbox })
        return
      case 'publishKeys':
        keyDesk.publish(handle, request, nowMs)
        return
      case 'fetchKeys':
        keyDesk.fetch(handle, request.request, nowMs)
        return
      case 'close':
        pushes.unsubscribe(handle)
        connection.handles.delete(handle.number)
    }
  }

  return {
    connect: ({ connection: id, clientPeer, address }, nowMs) =>
      turn(() => {
        const nonce = randomBytes(32)
        const connection: Connection = {
          id,
          clientPeer,
          address,
          nonce,
          opens: createRate(limits.opensPerSecond, limits.mailboxesPerConnection, nowMs),
          appends: createRate(limits.appendsPerSecond, limits.appendBurst, nowMs),
          keyFetches: createRate(limits.preKeyFetchesPerMinute / 60, limits.preKeyFetchesPerMinute, nowMs),
          handles: new Map(),
          nextHandle: 1,
          inFlight: 0,
          reads: 0,
          readsWaiting: new Map(),
          writable: true,
        }
        connections.set(id, connection)
        const { appendsPerSecond, appendBurst, requestsInFlight, recordBytes, pushCredit } = limits
        const mailboxes = limits.mailboxesPerConnection
        const served = { appendsPerSecond, appendBurst, requestsInFlight, mailboxes, recordBytes, pushCredit }
        desk.say(connection, { kind: 'hello', nonce, incarnation, limits: served, timeMs: nowMs })
      }),

    receive: (id, frame, nowMs) =>
      turn(() => {
        const connection = connections.get(id)
        if (connection === undefined) return
        const request = decode(mailboxRequest, frame)
        if (request === undefined) {
          desk.count('badFrame')
          outputs.push({ kind: 'hangUp', connection: id })
        } else if ('request' in request && connection.inFlight >= limits.requestsInFlight) {
          desk.refuse(connection, request.request, 'tooManyRequests', BUSY_RETRY_MS)
        } else {
          serve(connection, request, nowMs)
        }
      }),

    stored: (ticket, result, nowMs) =>
      turn(() => {
        const then = tickets.get(ticket)
        if (then === undefined) throw new RangeError(`no ticket ${ticket}`)
        tickets.delete(ticket)
        then(result, nowMs)
      }),

    setWritable: (id, writable) =>
      turn(() => {
        const connection = connections.get(id)
        if (connection === undefined) return
        connection.writable = writable
        if (!writable) return
        reads.goOn(connection)
        for (const handle of connection.handles.values()) pushes.goOn(handle)
      }),

    disconnect: (id) => {
      const connection = connections.get(id)
      if (connection === undefined) return
      connections.delete(id)
      connection.readsWaiting.clear()
      for (const handle of connection.handles.values()) pushes.unsubscribe(handle)
      appends.forgetConnection(id)
    },
  }
}
