/**
 * When reads go to the store: few at a time of one connection, none while its socket takes nothing, and few at a time of
 * all, whose connections take turns. This bounds what waits in memory for a client that requests much and never collects
 * it, and how long one that requests little waits behind one that requests much.
 */
import type { Connection, ReadOwner } from './connections.ts'
import type { ServerLimits } from './server-limits.ts'

export interface Reads {
  /** Runs `start` when it is its turn. A later read of the same owner replaces one that waits. */
  readonly ask: (connection: Connection, owner: ReadOwner, start: () => void) => void
  /** The store has answered one. */
  readonly answered: (connection: Connection) => void
  /** Takes back a waiting read. */
  readonly forget: (connection: Connection, owner: ReadOwner) => void
  /** Takes back all of a connection that has ended. */
  readonly forgetConnection: (connection: Connection) => void
  /** Starts the reads that may run: the socket takes more. */
  readonly goOn: (connection: Connection) => void
}

export function createReads(limits: ServerLimits): Reads {
  /** Reads that the store has not answered, of all connections. */
  let underway = 0
  /** Connections with a read that may run, in the order of their turns. */
  const turns = new Set<Connection>()

  const mayRead = (connection: Connection): boolean => connection.readsWaiting.size > 0 && connection.reads < limits.readsPerConnection && connection.writable

  const goOn = (connection: Connection): void => {
    if (mayRead(connection)) turns.add(connection)
    for (const next of turns) {
      if (underway >= limits.readsAtOnce) return
      // Its next turn is behind all others'.
      turns.delete(next)
      const [first] = next.readsWaiting
      if (first === undefined || !mayRead(next)) continue
      const [owner, start] = first
      next.readsWaiting.delete(owner)
      next.reads += 1
      underway += 1
      if (mayRead(next)) turns.add(next)
      start()
    }
  }
  return {
    ask: (connection, owner, start) => {
      connection.readsWaiting.set(owner, start)
      goOn(connection)
    },
    answered: (connection) => {
      connection.reads -= 1
      underway -= 1
      goOn(connection)
    },
    forget: (connection, owner) => void connection.readsWaiting.delete(owner),
    forgetConnection: (connection) => {
      connection.readsWaiting.clear()
      turns.delete(connection)
    },
    goOn,
  }
}
