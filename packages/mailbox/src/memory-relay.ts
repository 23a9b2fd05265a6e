/**
 * A relay's mailboxes without sockets and threads: the server's rules beside a store in memory. The simulator and
 * stories use it in place of the relay; the real one runs the same server beside SQLite.
 */
import type { Primitives, RandomBytes } from '@sotto/crypto/primitives'
import { createMailboxServer } from './server/create-mailbox-server.ts'
import type { AdmissionRule } from './server/admissions.ts'
import type { MailboxServer, ServerOutput } from './server/mailbox-server.ts'
import type { ServerLimits } from './server/server-limits.ts'
import type { StoreCommand, StoreResult } from './store/mailbox-store.ts'
import { createMemoryMailboxStore } from './store/memory-mailbox-store.ts'

/** What leaves the relay. `hangUp`: it closes this connection and has forgotten it. */
export type RelayDelivery =
  { readonly kind: 'frame'; readonly connection: number; readonly frame: Uint8Array } | { readonly kind: 'hangUp'; readonly connection: number }

export interface MemoryRelay {
  /** A client's stream opened; `connection` is the caller's number, unused before. */
  readonly connect: (connection: number, clientPeer: string, address: string, nowMs: number) => readonly RelayDelivery[]
  readonly receive: (connection: number, frame: Uint8Array, nowMs: number) => readonly RelayDelivery[]
  readonly setWritable: (connection: number, writable: boolean, nowMs: number) => readonly RelayDelivery[]
  readonly disconnect: (connection: number) => void
  /** The process ends and starts again. Connections are gone; stored records stay. */
  readonly restart: () => void
  /** The same, and the disk is empty. */
  readonly wipe: () => void
  /** Forgets expired records, as the relay does when idle. */
  readonly expire: (nowMs: number) => void
  /** Direct access to the store, for tests that look at or damage it. */
  readonly execute: (commands: readonly StoreCommand[], nowMs: number) => readonly StoreResult[]
}

export function createMemoryRelay(options: {
  readonly primitives: Primitives
  readonly randomBytes: RandomBytes
  readonly relayPeer: string
  readonly limits?: Partial<ServerLimits>
  /** null or nothing: open to everybody. */
  readonly admission?: AdmissionRule | null
  /** Size of the disk, in bytes of bodies. */
  readonly mostBytes?: number
}): MemoryRelay {
  const store = createMemoryMailboxStore(options)
  const start = (): MailboxServer => createMailboxServer({ ...options, incarnation: store.incarnation() })
  let server = start()

  const drain = (outputs: readonly ServerOutput[], nowMs: number): readonly RelayDelivery[] => {
    const deliveries: RelayDelivery[] = []
    const queue = [...outputs]
    for (let output = queue.shift(); output !== undefined; output = queue.shift()) {
      switch (output.kind) {
        case 'send':
          deliveries.push({ kind: 'frame', connection: output.connection, frame: output.frame })
          break
        case 'store':
          for (const result of store.execute([output.command], nowMs)) queue.push(...server.stored(output.ticket, result, nowMs))
          break
        case 'hangUp':
          queue.push(...server.disconnect(output.connection))
          deliveries.push({ kind: 'hangUp', connection: output.connection })
          break
        // Its store is shared with no other relay.
        case 'watch':
        case 'tell':
        case 'admitted':
        case 'count':
      }
    }
    return deliveries
  }

  return {
    connect: (connection, clientPeer, address, nowMs) => drain(server.connect({ connection, clientPeer, address }, nowMs), nowMs),
    receive: (connection, frame, nowMs) => drain(server.receive(connection, frame, nowMs), nowMs),
    setWritable: (connection, writable, nowMs) => drain(server.setWritable(connection, writable, nowMs), nowMs),
    disconnect: (connection) => void server.disconnect(connection),
    restart: () => {
      server = start()
    },
    wipe: () => {
      store.wipe()
      server = start()
    },
    expire: (nowMs) => {
      store.expire(nowMs, Infinity)
    },
    execute: store.execute,
  }
}
