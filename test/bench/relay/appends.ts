/** What a durable append costs the relay, next to an echo of a frame as large on a stream of the same libraries. */
import { makeTemporaryFolder } from '../../fixtures/temporary-folder.ts'
import { median } from './figures.ts'
import { type Load, type Server, startLoad, startServer } from './processes.ts'

export interface Requests {
  /** µs of the server's processor time, and how many a second. */
  readonly cpuUs: number
  readonly perSecond: number
}

export interface Appends {
  /** Requests that wait for their answers at a time, on each of the connections. */
  readonly waiting: number
  readonly append: Requests
  readonly echo: Requests
  /** Processor time of an append as a ratio to an echo: the median of the rounds, in which they take turns. */
  readonly toEcho: number
}

const CONNECTIONS = 8

async function requests(server: Server, load: Load, way: 'mailbox' | 'echo', waiting: number, count: number): Promise<Requests> {
  const before = await server.cpuUs()
  const { seconds } = await load.run({ job: 'ask', way, address: server.address, connections: CONNECTIONS, waiting, requests: count })
  return { cpuUs: ((await server.cpuUs()) - before) / count, perSecond: count / seconds }
}

export async function measureAppends(options: {
  readonly waiting: readonly number[]
  readonly requests: number
  readonly rounds: number
}): Promise<readonly Appends[]> {
  const folder = makeTemporaryFolder('bench-relay')
  const [relay, bare, load] = await Promise.all([startServer({ kind: 'sotto', folder: folder.path, nats: null }), startServer({ kind: 'bare' }), startLoad()])
  try {
    const all: Appends[] = []
    for (const waiting of options.waiting) {
      const rounds: { readonly append: Requests; readonly echo: Requests }[] = []
      for (let round = 0; round <= options.rounds; round++) {
        const append = await requests(relay, load, 'mailbox', waiting, options.requests)
        const echo = await requests(bare, load, 'echo', waiting, options.requests)
        // The first warms both up.
        if (round > 0) rounds.push({ append, echo })
      }
      const of = (which: 'append' | 'echo'): Requests => ({
        cpuUs: median(rounds.map((round) => round[which].cpuUs)),
        perSecond: median(rounds.map((round) => round[which].perSecond)),
      })
      all.push({ waiting, append: of('append'), echo: of('echo'), toEcho: median(rounds.map(({ append, echo }) => append.cpuUs / echo.cpuUs)) })
    }
    return all
  } finally {
    await Promise.all([relay.end(), bare.end(), load.end()])
    folder.remove()
  }
}
