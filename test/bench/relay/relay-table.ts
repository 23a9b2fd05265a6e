/** The table that the operator's page quotes. */
import type { Appends } from './appends.ts'
import type { Connections } from './connections.ts'
import type { Deliveries, Delivery } from './delivery.ts'
import { rounded } from './figures.ts'
import type { JetStreamAppends } from './jetstream.ts'
import type { ReadsOfAThousand } from './reads.ts'

export interface RelayFigures {
  readonly quick: boolean
  readonly delivery: Deliveries | null
  readonly appends: readonly Appends[] | null
  readonly connections: Connections | null
  readonly reads: ReadsOfAThousand | null
  readonly jetstream: JetStreamAppends | null
}

type Row = readonly [what: string, relay: string, reference: string, value: string, ratio: number, aim: string]

const MIB = 1024 ** 2

export function relayTable(figures: RelayFigures): string {
  const rows = [...deliveryRows(figures), ...appendRows(figures), ...connectionRows(figures), ...readRows(figures), ...natsRows(figures)]
  const head = ['what', 'relay', 'reference', 'its figure', 'ratio', 'aim']
  const lines = rows.map(([what, relay, reference, value, ratio, aim]) => [
    what,
    relay,
    reference,
    value,
    Number.isNaN(ratio) ? '' : String(rounded(ratio)),
    aim,
  ])
  const table = [head, ['---', '---:', '---', '---:', '---:', '---'], ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
  return figures.quick ? `${table}\n\nMeasured with \`--quick\`, on a machine that did other work: only the ratios mean something, and those roughly.` : table
}

function deliveryRows({ delivery }: RelayFigures): readonly Row[] {
  if (delivery === null) return []
  const find = (of: readonly Delivery[], subscribers: number): Delivery | undefined => of.find((each) => each.subscribers === subscribers)
  const parts = (ratio: number): string => String(Math.round(ratio * 100) / 100)
  const times = ({ p50Ms, p99Ms }: Delivery): string => `${rounded(p50Ms)} / ${rounded(p99Ms)}`
  return delivery.ours.flatMap((ours): readonly Row[] => {
    const { subscribers } = ours
    const [stock, full, bare] = [find(delivery.stock, subscribers), find(delivery.fullMesh, subscribers), find(delivery.bareFanout, subscribers)]
    const to = `to ${subscribers} subscribers`
    return [
      ...(stock === undefined
        ? []
        : ([
            [`messages that arrive, ${to}`, parts(ours.ratio), 'stock gossipsub relay', parts(stock.ratio), Number.NaN, '1'],
            [`p50 / p99, ms, ${to}`, times(ours), 'stock gossipsub relay', times(stock), ours.p99Ms / stock.p99Ms, subscribers === 200 ? 'p99 0.05' : ''],
          ] as const)),
      ...(full === undefined
        ? []
        : ([
            [`p50 / p99, ms, ${to}`, times(ours), `gossipsub, mesh of all (${parts(full.ratio)} arrive)`, times(full), ours.p99Ms / full.p99Ms, ''],
            [`CPU of a push, µs, ${to}`, String(rounded(ours.cpuUs)), 'gossipsub, mesh of all', String(rounded(full.cpuUs)), ours.cpuUs / full.cpuUs, '0.5'],
          ] as const)),
      ...(bare === undefined
        ? []
        : ([[`CPU of a push, µs, ${to}`, String(rounded(ours.cpuUs)), 'bare fan-out', String(rounded(bare.cpuUs)), ours.cpuUs / bare.cpuUs, '']] as const)),
    ]
  })
}

const appendRows = ({ appends }: RelayFigures): readonly Row[] =>
  (appends ?? []).flatMap(({ waiting, append, echo, toEcho }): readonly Row[] => {
    const how = waiting === 1 ? 'one at a time' : `${waiting} at a time`
    return [
      [`CPU of a durable append, µs, ${how}`, String(rounded(append.cpuUs)), 'bare libp2p echo', String(rounded(echo.cpuUs)), toEcho, '1.25'],
      [
        `durable appends a second, ${how}`,
        String(rounded(append.perSecond)),
        'bare libp2p echo',
        String(rounded(echo.perSecond)),
        append.perSecond / echo.perSecond,
        '',
      ],
    ]
  })

function connectionRows({ connections }: RelayFigures): readonly Row[] {
  if (connections === null) return []
  const { ours, subscribed, bare } = connections
  const reference = 'bare circuit relay'
  const ms = (us: number): string => String(rounded(us / 1_000))
  const kib = (bytes: number): string => String(rounded(bytes / 1_024))
  const row = (what: string, of: (costs: typeof ours) => number, show: (value: number) => string): Row => [
    what,
    `${show(of(ours))} (subscribed ${show(of(subscribed))})`,
    reference,
    show(of(bare)),
    of(ours) / of(bare),
    '',
  ]
  return [
    row(
      `connections with a reservation set up, a second (${ours.connections})`,
      (costs) => costs.setUpsPerSecond,
      (value) => String(rounded(value)),
    ),
    row('CPU of a set-up, ms, first half', (costs) => costs.firstCpuUs, ms),
    row('CPU of a set-up, ms, second half', (costs) => costs.nextCpuUs, ms),
    row('resident memory of a connection, KiB', (costs) => costs.residentBytes, kib),
    row('heap of a connection, KiB', (costs) => costs.heapBytes, kib),
    row(
      'CPU of a ping, µs',
      (costs) => costs.pingCpuUs,
      (value) => String(rounded(value)),
    ),
    row(
      'idle connections that one core keeps',
      ({ connections: count, idleCore }) => count / idleCore,
      (value) => String(rounded(value)),
    ),
    row(
      'connections in a GiB',
      (costs) => (1_024 * MIB) / costs.residentBytes,
      (value) => String(rounded(value)),
    ),
  ]
}

function readRows({ reads }: RelayFigures): readonly Row[] {
  if (reads === null) return []
  const { read, subscribe, bareStream } = reads
  return (
    [
      ['CPU of a record read, µs', read],
      ['CPU of a record of a backlog, µs', subscribe],
    ] as const
  ).map(([what, costs]) => [what, String(rounded(costs.cpuUs)), 'bare libp2p stream', String(rounded(bareStream.cpuUs)), costs.cpuUs / bareStream.cpuUs, ''])
}

function natsRows({ jetstream }: RelayFigures): readonly Row[] {
  if (jetstream === null) return []
  const { store, bare, toBare, plain, toPlain, storeCpuUs, bareCpuUs, relayPerSecond, relayCpuUs } = jetstream
  const client = 'bare NATS client'
  return [
    ['appends a second to three NATS servers, 256 at a time: the store', String(rounded(store)), client, String(rounded(bare)), toBare, '0.8'],
    ['the same', String(rounded(store)), 'bare NATS client, streams without notices', String(rounded(plain)), toPlain, ''],
    ['CPU of such an append, µs', String(rounded(storeCpuUs)), client, String(rounded(bareCpuUs)), storeCpuUs / bareCpuUs, ''],
    ['the same through sockets and the relay', String(rounded(relayPerSecond)), client, String(rounded(bare)), relayPerSecond / bare, ''],
    ["CPU of the relay's append, µs", String(rounded(relayCpuUs)), client, String(rounded(bareCpuUs)), relayCpuUs / bareCpuUs, ''],
  ]
}
