/** What it costs the relay to hand out a thousand records: read, and pushed to a new subscriber, next to a stream of as many frames. */
import { makeTemporaryFolder } from '../../fixtures/temporary-folder.ts'
import { newGroup } from './figures.ts'
import type { GroupSeeds, ServerKind } from './messages.ts'
import { type Load, type Server, withProcesses } from './processes.ts'

export interface ReadCosts {
  /** µs of processor time, and µs that pass, for a record. */
  readonly cpuUs: number
  readonly us: number
}

export interface ReadsOfAThousand {
  readonly read: ReadCosts
  readonly subscribe: ReadCosts
  readonly bareStream: ReadCosts
}

const RECORDS = 1_000

async function cost(server: Server, load: Load, way: 'read' | 'subscribe' | 'stream', group: GroupSeeds, times: number): Promise<ReadCosts> {
  const job = { job: 'read', way, address: server.address, group, records: RECORDS } as const
  await load.run({ ...job, times: Math.ceil(times / 4) })
  const before = await server.cpuUs()
  const { seconds } = await load.run({ ...job, times })
  return { cpuUs: ((await server.cpuUs()) - before) / (RECORDS * times), us: (seconds * 1e6) / (RECORDS * times) }
}

export async function measureReads(times: number): Promise<ReadsOfAThousand> {
  const group = newGroup()
  const folder = makeTemporaryFolder('bench-relay')
  const one = <T>(kind: ServerKind, work: (server: Server, load: Load) => Promise<T>): Promise<T> =>
    withProcesses(kind, 1, async (server, [load]) => {
      if (load === undefined) throw new Error('no clients')
      return work(server, load)
    })
  try {
    const ours = await one({ kind: 'sotto', folder: folder.path, nats: null }, async (server, load) => {
      await load.run({ job: 'publish', way: 'mailbox', address: server.address, group, from: 0, messages: RECORDS, everyMs: 0 })
      return { read: await cost(server, load, 'read', group, times), subscribe: await cost(server, load, 'subscribe', group, times) }
    })
    const bareStream = await one({ kind: 'bare' }, (server, load) => cost(server, load, 'stream', group, times))
    return { ...ours, bareStream }
  } finally {
    folder.remove()
  }
}
