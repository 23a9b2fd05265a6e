/** The breaking point of a relay, and what two of them on one NATS cluster change (`npm run load -- relay`). */
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { startNatsServers } from '../../../relay-node/src/testing/nats-servers.ts'
import { makeTemporaryFolder } from '../../fixtures/temporary-folder.ts'
import { rounded } from './figures.ts'
import { type Server, startServer } from './processes.ts'
import { type Ramp, type WayOut, rampAppends, rampConnections, rampPushes, wayOut } from './ramps.ts'

export interface RelayLoad {
  /** One relay with its own store. */
  readonly embedded: readonly Ramp[]
  /** One relay, and two, on one cluster of three servers. */
  readonly onNats: readonly Ramp[]
  readonly twoOnNats: readonly Ramp[]
  readonly ways: readonly WayOut[]
  /** Of `embedded`: what breaks first of each load. */
  readonly first: Readonly<Record<string, string | null>>
  readonly table: string
}

const doubling = (from: number, steps: number): readonly number[] => Array.from({ length: steps }, (_, i) => from * 2 ** i)

const FULL = { connections: [250, 500, 750, 1_000, 1_500, 2_000], appends: doubling(250, 7), pushes: doubling(1_000, 7) }
const QUICK = { connections: [100, 200], appends: doubling(125, 7), pushes: doubling(500, 7) }

/** @param say hears of each step as it is done */
export async function loadRelay(isQuick: boolean, say: (line: string) => void): Promise<RelayLoad> {
  const size = isQuick ? QUICK : FULL
  const folder = makeTemporaryFolder('load-relay')
  /** Relays of one key, which are one relay to clients. */
  const withRelays = async <T>(count: number, nats: readonly string[] | null, work: (servers: readonly Server[]) => Promise<T>): Promise<T> => {
    const servers: Server[] = []
    try {
      for (let i = 0; i < count; i++) {
        const own = join(folder.path, `relay-${i}`)
        mkdirSync(own, { recursive: true })
        if (i > 0) copyFileSync(join(folder.path, 'relay-0', 'relay.key'), join(own, 'relay.key'))
        servers.push(await startServer({ kind: 'sotto', folder: own, nats }))
      }
      return await work(servers)
    } finally {
      await Promise.all(servers.map(({ end }) => end()))
    }
  }
  const both = async (servers: readonly Server[]): Promise<readonly Ramp[]> => [
    await rampAppends(servers, size.appends, say),
    await rampPushes(servers, size.pushes, say),
  ]
  const cluster = await startNatsServers(3, folder.path)
  try {
    say('One relay with its own store')
    const embedded = [
      ...(await withRelays(1, null, both)),
      await withRelays(1, null, async ([server]) => {
        if (server === undefined) throw new Error('no relay')
        return rampConnections(server, size.connections, say)
      }),
    ]
    say('One relay on three NATS servers')
    const onNats = await withRelays(1, cluster.urls, both)
    say('Two relays on them')
    const twoOnNats = await withRelays(2, cluster.urls, both)
    const ways = onNats.flatMap((one, i) => {
      const two = twoOnNats[i]
      const way = two === undefined ? null : wayOut(one, two)
      return way === null ? [] : [way]
    })
    const first = Object.fromEntries(embedded.map(({ of, broken }) => [of, broken]))
    return { embedded, onNats, twoOnNats, ways, first, table: tableOf({ embedded, onNats, twoOnNats, ways }) }
  } finally {
    await cluster.end()
    folder.remove()
  }
}

function tableOf({ embedded, onNats, twoOnNats, ways }: Omit<RelayLoad, 'first' | 'table'>): string {
  const rows = [
    ...embedded.map((ramp) => ['one relay, its own store', ramp] as const),
    ...onNats.map((ramp) => ['one relay, three NATS servers', ramp] as const),
    ...twoOnNats.map((ramp) => ['two relays, three NATS servers', ramp] as const),
  ].map(([what, { of, kept, steps, broken }]) => {
    const unit = of === 'connections' ? of : `${of} a second`
    return `| ${what} | ${kept} ${unit} | ${broken === null ? `nothing, up to ${steps.at(-1)?.load ?? 0}` : broken} |`
  })
  const lines = ways.map(
    ({ of, load, oneRelay, twoRelays }) =>
      `| ${load} ${of} a second | ${Math.round(oneRelay * 100)} % of a core | ${Math.round(twoRelays * 100)} % of a core | ${rounded(twoRelays / oneRelay)} |`,
  )
  return [
    '| what | keeps up with | what breaks first beyond |',
    '|---|---:|---|',
    ...rows,
    '',
    '| the same load | the one relay takes | the busier of two takes | ratio |',
    '|---|---:|---:|---:|',
    ...lines,
  ].join('\n')
}
