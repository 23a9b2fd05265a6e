/** The mailbox server, put together from its parts: see `mailbox-server.ts` for its contract. */
import type { Primitives, RandomBytes } from '@sotto/crypto/primitives'
import { type TurnAccess, decode, mailboxRequest } from '@sotto/wire'
import { type AdmissionRule, createAdmissions } from './admissions.ts'
import { createAppends } from './appends.ts'
import { createBudgets } from './budgets.ts'
import { type Connection, createConnection, createSubscribers } from './connections.ts'
import { createDesk } from './create-desk.ts'
import { createKeyDesk } from './key-desk.ts'
import type { MailboxServer } from './mailbox-server.ts'
import { createOpens } from './opens.ts'
import { createPushes } from './pushes.ts'
import { createReads } from './reads.ts'
import { createRequests } from './requests.ts'
import { keepingTold } from './retention.ts'
import { createRooms } from './rooms.ts'
import { SERVER_LIMITS, type ServerLimits } from './server-limits.ts'

export function createMailboxServer(options: {
  readonly primitives: Primitives
  readonly randomBytes: RandomBytes
  /** This relay's peer id, as libp2p writes it. */
  readonly relayPeer: string
  /** Of the store behind it. */
  readonly incarnation: Uint8Array
  /** Other relays have the same store (`mailbox-server.ts`). Default: false. */
  readonly isShared?: boolean
  readonly limits?: Partial<ServerLimits>
  /** null or nothing: the relay is open to everybody. */
  readonly admission?: AdmissionRule | null
  /** UDP port of the relay's STUN server; 0 or nothing: it has none. */
  readonly stunPort?: number
  /** Credentials for the operator's TURN servers, from now on; nothing: there are none. */
  readonly turnAccess?: () => TurnAccess
}): MailboxServer {
  const { primitives, randomBytes, relayPeer, incarnation } = options
  const limits: ServerLimits = { ...SERVER_LIMITS, ...options.limits }
  const connections = new Map<number, Connection>()

  const isShared = options.isShared ?? false
  const desk = createDesk({ primitives, limits, isShared, isConnected: (connection) => connections.has(connection) })
  const subscribers = createSubscribers(desk.watch)
  const budgets = createBudgets(limits)
  const reads = createReads(limits)
  const pushes = createPushes(desk, subscribers, reads)
  const keyDesk = createKeyDesk(desk, subscribers, budgets)
  const rooms = createRooms(desk)
  const appends = createAppends(desk, { pushes, budgets, rooms })
  const opens = createOpens(desk, keyDesk, budgets, relayPeer)
  const admissions = createAdmissions(desk, options.admission ?? null, options.turnAccess)
  const requests = createRequests(desk, { admissions, opens, reads, pushes, keyDesk, appends, rooms })

  return {
    connect: ({ connection: id, clientPeer, address }, nowMs) =>
      desk.turn(() => {
        const nonce = randomBytes(32)
        const connection = createConnection({ id, clientPeer, address, nonce })
        connections.set(id, connection)
        const { appendsPerSecond, appendBurst, requestsInFlight, recordBytes, pushCredit, blobAppendsPerSecond, blobAppendBurst } = limits
        const mailboxes = limits.mailboxesPerConnection
        const blobs = { blobBytes: limits.blobMailboxBytes, blobAppendsPerSecond, blobAppendBurst }
        const served = { appendsPerSecond, appendBurst, requestsInFlight, mailboxes, recordBytes, pushCredit, ...blobs, ...keepingTold(limits) }
        desk.say(connection, {
          kind: 'hello',
          nonce,
          incarnation,
          limits: served,
          timeMs: nowMs,
          stunPort: options.stunPort ?? 0,
          // Others' servers are for those whom the relay lets in: they are told then.
          turn: admissions.isOpen ? (options.turnAccess?.() ?? null) : null,
          isOpen: admissions.isOpen,
        })
      }),

    renewTurn: () =>
      desk.turn(() => {
        const turn = options.turnAccess?.()
        if (turn === undefined) return
        for (const connection of connections.values()) if (admissions.isAdmitted(connection)) desk.say(connection, { kind: 'turn', turn })
      }),

    receive: (id, frame, nowMs) =>
      desk.turn(() => {
        rooms.pass(nowMs)
        const connection = connections.get(id)
        if (connection === undefined) return
        const request = decode(mailboxRequest, frame)
        if (request !== undefined) {
          requests.serve(connection, request, nowMs)
          return
        }
        desk.count('badFrame')
        desk.hangUp(id)
      }),

    stored: (ticket, result, nowMs) => desk.turn(() => desk.stored(ticket, result, nowMs)),

    setWritable: (id, writable) =>
      desk.turn(() => {
        const connection = connections.get(id)
        if (connection === undefined) return
        connection.writable = writable
        if (!writable) return
        reads.goOn(connection)
        for (const handle of connection.handles.values()) pushes.goOn(handle)
      }),

    disconnect: (id) =>
      desk.turn(() => {
        const connection = connections.get(id)
        if (connection === undefined) return
        connections.delete(id)
        for (const handle of connection.handles.values()) {
          pushes.unsubscribe(handle)
          rooms.forget(handle)
        }
        reads.forgetConnection(connection)
        appends.forgetConnection(id)
        admissions.forget(connection)
      }),

    onNotice: (notice) =>
      desk.turn(() => {
        switch (notice.kind) {
          case 'appended':
            pushes.onAppended(notice.mailbox, notice)
            return
          case 'unsure':
            pushes.lookAgain(notice.mailbox, notice.upTo)
            return
          case 'freed':
            rooms.freed(notice.mailbox)
            return
          case 'told':
            if (notice.word.kind === 'keysLeft') keyDesk.tellOwners(notice.mailbox, { published: true, ...notice.word })
            else pushes.onWord(notice.mailbox, notice.word)
        }
      }),
  }
}
