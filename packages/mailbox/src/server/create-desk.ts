/** One input at a time, and what results: the desk's calls collected as outputs, and what waits for the store. */
import type { Primitives } from '@sotto/crypto/primitives'
import { type MailboxId, encode, mailboxAnswer } from '@sotto/wire'
import type { StoreResult } from '../store/mailbox-store.ts'
import type { Desk } from './desk.ts'
import type { ServerOutput } from './mailbox-server.ts'
import type { ServerLimits } from './server-limits.ts'

/** The desk, with what only the server itself does with it. */
export interface OwnDesk extends Desk {
  /** Runs one input and returns its outputs. */
  readonly turn: (work: () => void) => readonly ServerOutput[]
  /** Continues what waited for this result, within a turn. */
  readonly stored: (ticket: number, result: StoreResult, nowMs: number) => void
  readonly hangUp: (connection: number) => void
  /** The connection's client may use the relay. */
  readonly admitted: (connection: number) => void
  /** The mailbox has its first subscriber here, or has none any more. */
  readonly watch: (mailbox: MailboxId, isWatched: boolean) => void
}

export function createDesk(options: {
  readonly primitives: Primitives
  readonly limits: ServerLimits
  readonly isShared: boolean
  /** Nothing is sent to a connection that has ended. */
  readonly isConnected: (connection: number) => boolean
}): OwnDesk {
  const { primitives, limits, isShared, isConnected } = options
  const tickets = new Map<number, (result: StoreResult, nowMs: number) => void>()
  let nextTicket = 1
  let outputs: ServerOutput[] = []

  const desk: OwnDesk = {
    primitives,
    limits,
    say: (connection, answer) => {
      if (!isConnected(connection.id)) return
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
    isShared,
    tell: (mailbox, word) => {
      if (isShared) outputs.push({ kind: 'tell', mailbox, word })
    },
    watch: (mailbox, isWatched) => {
      if (isShared) outputs.push({ kind: 'watch', mailbox, isWatched })
    },
    turn: (work) => {
      outputs = []
      work()
      return outputs
    },
    stored: (ticket, result, nowMs) => {
      const then = tickets.get(ticket)
      if (then === undefined) throw new RangeError(`no ticket ${ticket}`)
      tickets.delete(ticket)
      then(result, nowMs)
    },
    hangUp: (connection) => {
      outputs.push({ kind: 'hangUp', connection })
    },
    admitted: (connection) => {
      outputs.push({ kind: 'admitted', connection })
    },
  }
  return desk
}
