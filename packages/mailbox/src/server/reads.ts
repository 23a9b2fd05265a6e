/**
 * When a connection's reads go to the store: few at a time, and none while its socket takes nothing. This bounds what
 * waits in memory for a client that requests much and never collects it.
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
  /** Starts the reads that may run: the socket takes more. */
  readonly goOn: (connection: Connection) => void
}

export function createReads(limits: ServerLimits): Reads {
  const goOn = (connection: Connection): void => {
    for (const [owner, start] of connection.readsWaiting) {
      if (connection.reads >= limits.readsPerConnection || !connection.writable) return
      connection.readsWaiting.delete(owner)
      connection.reads += 1
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
      goOn(connection)
    },
    forget: (connection, owner) => void connection.readsWaiting.delete(owner),
    goOn,
  }
}
