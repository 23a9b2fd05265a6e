/** How many messages reach 10, 50 and 200 subscribers of a star, how late, and what a delivery costs the relay. */
import { makeTemporaryFolder } from '../../fixtures/temporary-folder.ts'
import { newGroup, pause } from './figures.ts'
import type { ServerKind, Way } from './messages.ts'
import { withProcesses } from './processes.ts'

export interface Delivery {
  readonly subscribers: number
  /** Of what was published, to all of them. */
  readonly ratio: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Processor time of the relay for a message to one subscriber, µs; of what else it did meanwhile, too. */
  readonly cpuUs: number
}

/** Gossip makes its mesh in heartbeats of a second. */
const MESH_MS = 4_000
/** Nothing has come for so long: nothing will. Longer than gossip takes to fetch what was only announced to it, some seconds. */
const QUIET_MS = 5_000

async function measureDelivery(
  kind: ServerKind,
  way: Way,
  options: { readonly subscribers: number; readonly messages: number; readonly everyMs: number },
): Promise<Delivery> {
  const { subscribers, messages, everyMs } = options
  const group = newGroup()
  return withProcesses(kind, 2, async (server, [readers, writer]) => {
    if (readers === undefined || writer === undefined) throw new Error('no clients')
    const { address } = server
    await readers.run({ job: 'subscribe', way, address, group, count: subscribers })
    if (way === 'gossip') await pause(MESH_MS)
    const before = await server.cpuUs()
    await writer.run({ job: 'publish', way, address, group, from: 0, messages, everyMs })
    const { received } = await readers.run({ job: 'received', quietMs: QUIET_MS })
    const cpuUs = (await server.cpuUs()) - before
    if (received === undefined) throw new Error('nothing was said of what was received')
    return { subscribers, ratio: received.messages / (messages * subscribers), p50Ms: received.p50Ms, p99Ms: received.p99Ms, cpuUs: cpuUs / received.messages }
  })
}

export interface Deliveries {
  readonly ours: readonly Delivery[]
  readonly stock: readonly Delivery[]
  /** Gossip with a mesh of all, which delivers everything. */
  readonly fullMesh: readonly Delivery[]
  readonly bareFanout: readonly Delivery[]
}

const FULL_MESH = 256

/** @param say hears of each part as it is done */
export async function measureDeliveries(
  options: { readonly subscribers: readonly number[]; readonly messages: number; readonly everyMs: number },
  say: (what: string) => void,
): Promise<Deliveries> {
  const [ours, stock, fullMesh, bareFanout]: Delivery[][] = [[], [], [], []]
  for (const subscribers of options.subscribers) {
    const each = { ...options, subscribers }
    const folder = makeTemporaryFolder('bench-relay')
    ours?.push(await measureDelivery({ kind: 'sotto', folder: folder.path, nats: null }, 'mailbox', each))
    folder.remove()
    stock?.push(await measureDelivery({ kind: 'gossip', degree: null }, 'gossip', each))
    if (subscribers > 12) fullMesh?.push(await measureDelivery({ kind: 'gossip', degree: FULL_MESH }, 'gossip', each))
    bareFanout?.push(await measureDelivery({ kind: 'bare' }, 'fanout', each))
    say(`delivery to ${subscribers}`)
  }
  return { ours: ours ?? [], stock: stock ?? [], fullMesh: fullMesh ?? [], bareFanout: bareFanout ?? [] }
}
