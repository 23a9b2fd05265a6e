/**
 * `npm run bench -- relay`: what a relay does and costs, each figure as a ratio in one run to something made from the same
 * libraries: a stock gossipsub relay, a bare libp2p echo, a bare relay without mailboxes, the bare NATS client. Clients are in
 * processes of their own. `--quick` measures less, in a few minutes, and is for busy machines; `--only WORD` measures one part:
 * delivery, appends, connections, reads, jetstream.
 */
import { parseArgs } from 'node:util'
import { findNatsServer } from '../../scripts/server-programs.ts'
import { costTable, readConstants } from './million-users.ts'
import { measureAppends } from './relay/appends.ts'
import { measureConnections } from './relay/connections.ts'
import { measureDeliveries } from './relay/delivery.ts'
import { measureJetStream } from './relay/jetstream.ts'
import { measureReads } from './relay/reads.ts'
import { type RelayFigures, relayTable } from './relay/relay-table.ts'

export interface RelayBenchmark extends RelayFigures {
  readonly table: string
}

/** 10 messages a second, as in a lively conversation. */
const EVERY_MS = 100
const WAITING = [1, 16] as const

/** How much of each is done. */
const FULL = { subscribers: [10, 50, 200], messages: 200, requests: 8_000, rounds: 5, connections: 2_000, pingMs: 15_000, reads: 40, natsAppends: 10_000 }
const QUICK = { subscribers: [10, 200], messages: 40, requests: 2_000, rounds: 3, connections: 200, pingMs: 6_000, reads: 10, natsAppends: 3_000 }

export async function benchRelay(): Promise<RelayBenchmark> {
  const { values } = parseArgs({ allowPositionals: true, options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } } })
  const size = values.quick ? QUICK : FULL
  const say = (what: string): void => console.error(`… ${what}`)
  const part = async <T>(name: string, work: () => Promise<T>): Promise<T | null> => {
    if (values.only !== undefined && values.only !== name) return null
    const result = await work()
    say(name)
    return result
  }
  if (values.only === undefined || values.only === 'jetstream') findNatsServer()
  const figures: RelayFigures = {
    quick: values.quick,
    delivery: await part('delivery', () => measureDeliveries({ subscribers: size.subscribers, messages: size.messages, everyMs: EVERY_MS }, say)),
    appends: await part('appends', () => measureAppends({ waiting: WAITING, requests: size.requests, rounds: size.rounds })),
    connections: await part('connections', () => measureConnections(size.connections, size.pingMs, say)),
    reads: await part('reads', () => measureReads(size.reads)),
    jetstream: await part('jetstream', () => measureJetStream(size.natsAppends, size.rounds)),
  }
  const table = relayTable(figures)
  // A test holds that page against this table.
  const page = values.only === undefined ? `\n\nFor docs/a-million-users.md:\n\n${costTable(readConstants(table))}` : ''
  return { ...figures, table: `${table}${page}` }
}
