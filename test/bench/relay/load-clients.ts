/** Many connections of many peers: made, kept, and pinged. */
import type { Connection, Libp2p } from '@libp2p/interface'
import { identify } from '@libp2p/identify'
import { noise } from '@libp2p/noise'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import type { Primitives } from '@sotto/crypto/primitives'
import { createLibp2p } from 'libp2p'
import { someMember } from '../../../relay-node/src/testing/honest-client.ts'
import { pingOnce } from '../../../packages/transport/src/line-watch.ts'
import { framesOf, openMailbox } from './mailbox-line.ts'
import type { Job } from './messages.ts'

/** A libp2p node with the settings of Sotto's clients that matter to a server. `services`: gossip has its own. */
export const startClient = (services: Record<string, unknown> = {}): Promise<Libp2p> =>
  createLibp2p({
    addresses: { listen: [] },
    transports: [webSockets()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionGater: { denyDialMultiaddr: () => false },
    connectionMonitor: { enabled: false },
    connectionManager: { reconnectRetries: 0 },
    services: services as never,
  })

export const gossipServices = (gossip: unknown): Record<string, unknown> => ({ identify: identify(), gossip })

export const dial = (node: Libp2p, address: string): Promise<Connection> => node.dial(multiaddr(address))

/** A request for a reservation, and the beginning of the answer that grants it (circuit relay v2: type 0; type 2 with status 100). */
const HOP_PROTOCOL = '/libp2p/circuit/relay/0.2.0/hop'
const RESERVE = Uint8Array.of(0x08, 0x00)

async function reserve(connection: Connection): Promise<void> {
  const stream = await connection.newStream(HOP_PROTOCOL)
  const answered = Promise.withResolvers<Uint8Array>()
  stream.addEventListener('close', () => answered.reject(new Error('no answer to a reservation')))
  framesOf(stream, answered.resolve)(RESERVE)
  const answer = await answered.promise
  const isGranted = answer[0] === 0x08 && answer[1] === 0x02 && Buffer.from(answer).includes(Buffer.of(0x28, 100))
  if (!isGranted) throw new Error('a reservation was refused')
  await stream.close()
}

type Connect = Extract<Job, { readonly job: 'connect' }>
type Ping = Extract<Job, { readonly job: 'ping' }>

export interface Clients {
  readonly connect: (job: Connect) => Promise<void>
  readonly ping: (job: Ping) => Promise<void>
}

/** Runs the work so often, some at a time. */
export async function inParallel(count: number, atOnce: number, work: (i: number) => Promise<unknown>): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < count) await work(next++)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

export function createClients(primitives: Primitives): Clients {
  const connections: Connection[] = []
  return {
    connect: ({ address, count, atOnce, reserves, opens }) =>
      inParallel(count, atOnce, async () => {
        const node = await startClient()
        const connection = await dial(node, address)
        connections.push(connection)
        if (reserves) await reserve(connection)
        if (!opens) return
        const { handle, ask } = await openMailbox(primitives, node, connection, someMember(primitives))
        ask({ kind: 'subscribe', request: 1, handle, after: 0, credit: 256 })
      }),
    ping: async ({ everyMs, forMs }) => {
      const over = new AbortController()
      const underway = new Set<Promise<unknown>>()
      const timers: NodeJS.Timeout[] = []
      let fault: unknown = null
      for (const [i, connection] of connections.entries()) {
        const once = (): void => {
          const pinged = pingOnce(connection, over.signal)
            .catch((error: unknown) => {
              fault ??= over.signal.aborted ? null : error
            })
            .finally(() => underway.delete(pinged))
          underway.add(pinged)
        }
        const begin = setTimeout(
          () => {
            once()
            timers.push(setInterval(once, everyMs))
          },
          (i * everyMs) / connections.length,
        )
        timers.push(begin)
      }
      await new Promise((resolve) => setTimeout(resolve, forMs))
      for (const timer of timers) clearTimeout(timer)
      await Promise.all(underway)
      over.abort()
      if (fault !== null) throw fault
    },
  }
}
