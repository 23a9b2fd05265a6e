/** What a million users cost the relays that serve them: formulas, and constants that `docs/relay-figures.md` has from a run of the benchmark. */
import { RELAY_LIMITS } from '../../relay-node/src/relay-limits.ts'
import { DEFAULT_TIMING } from '../../packages/transport/src/timing.ts'
import { LIMITS } from '@sotto/wire'

/** What is assumed of people. Guesses, of a lively service; an operator who knows better puts other numbers in. */
export const ASSUMED = {
  users: 1_000_000,
  /** Of all users, at the busiest time. */
  online: 0.1,
  /** Of one user in a day. */
  messages: 20,
  /** Of a group, the author among them. */
  members: 10,
  /** Relays of a group: each has every message, and every member is connected to each. */
  relays: 2,
  /** How many messages one receipt tells of. */
  perReceipt: 4,
  /** How often a browser is opened in a day. */
  starts: 5,
  /** The busiest second, as a multiple of the day's mean. */
  peak: 3,
  /** Part of a core that a process takes at its busiest. */
  busy: 0.5,
} as const

/** What a short text or a receipt takes as a record, and a record on the disk besides itself (`disk-budget.ts`). */
const RECORD_BYTES = LIMITS.smallestRecordBytes
const KEPT_BYTES = 200
const COPIES = 3
const DAY_S = 86_400
const DAY_MS = DAY_S * 1_000
const GIB = 1_024 ** 3

/** The relay's constants, by the rows of the table that has them; of connections what a subscribed one takes. */
const ROWS = {
  appendUs: 'CPU of a durable append, µs, one at a time',
  pushUs: 'CPU of a push, µs, to 200 subscribers',
  setUpMs: 'CPU of a set-up, ms, second half',
  pingUs: 'CPU of a ping, µs',
  connectionKib: 'resident memory of a connection, KiB',
} as const
type Constants = Readonly<Record<keyof typeof ROWS, number>>

/** @param page with the benchmark's table. Throws where a row is missing. */
export function readConstants(page: string): Constants {
  const read = (row: string): number => {
    const line = page.split('\n').find((each) => each.startsWith(`| ${row} `))
    const cell = line?.split('|')[2] ?? ''
    const value = Number(/subscribed ([\d.]+)/.exec(cell)?.[1] ?? cell.trim())
    if (line === undefined || Number.isNaN(value)) throw new Error(`no figure of “${row}”`)
    return value
  }
  return Object.fromEntries(Object.entries(ROWS).map(([name, row]) => [name, read(row)])) as unknown as Constants
}

type Row = readonly [what: string, formula: string, value: string]

const grouped = (value: number): string => (value >= 10 ? Math.round(value).toLocaleString('en') : value.toPrecision(2))

/** The page's table. */
export function costTable(constants: Constants): string {
  const { users, online, messages, members, relays, perReceipt, starts, peak, busy } = ASSUMED
  const readers = members - 1
  const perSecond = (users * messages * peak) / DAY_S
  const appends = perSecond * (relays + readers / perReceipt)
  const pushes = perSecond * readers * (relays + 1 / perReceipt)
  const connections = users * online * relays
  const setUps = (users * starts * relays * peak) / DAY_S
  const pings = connections / (DEFAULT_TIMING.pingEveryMs / 1_000)
  const cores = {
    appends: (appends * constants.appendUs) / 1e6,
    pushes: (pushes * constants.pushUs) / 1e6,
    setUps: (setUps * constants.setUpMs) / 1e3,
    pings: (pings * constants.pingUs) / 1e6,
  }
  const allCores = cores.appends + cores.pushes + cores.setUps + cores.pings
  const memory = (connections * constants.connectionKib * 1_024) / GIB
  const byCores = allCores / busy
  const byPlaces = connections / RELAY_LIMITS.reservations
  const kept = (users * messages * relays * (LIMITS.retentionMs / DAY_MS) * (RECORD_BYTES + KEPT_BYTES)) / GIB
  const rows: readonly Row[] = [
    ['appends a second', '`users · messages · peak / 86,400 · (relays + readers / perReceipt)`', grouped(appends)],
    ['pushes a second', '`users · messages · peak / 86,400 · readers · (relays + 1 / perReceipt)`', grouped(pushes)],
    ['connections', '`users · online · relays`', grouped(connections)],
    ['connections set up a second', '`users · starts · relays · peak / 86,400`', grouped(setUps)],
    ['pings a second', `\`connections / ${DEFAULT_TIMING.pingEveryMs / 1_000}\``, grouped(pings)],
    ['cores for appends', `\`appends · ${constants.appendUs} µs\``, grouped(cores.appends)],
    ['cores for pushes', `\`pushes · ${constants.pushUs} µs\``, grouped(cores.pushes)],
    ['cores for setting up', `\`set up · ${constants.setUpMs} ms\``, grouped(cores.setUps)],
    ['cores for pings', `\`pings · ${constants.pingUs} µs\``, grouped(cores.pings)],
    ['memory, GiB', `\`connections · ${constants.connectionKib} KiB\``, grouped(memory)],
    ['processes by processor time', '`all cores / busy`', grouped(Math.ceil(byCores))],
    ['processes by reservations', `\`connections / ${RELAY_LIMITS.reservations.toLocaleString('en')}\``, grouped(Math.ceil(byPlaces))],
    ['**processes**', 'the larger of the two', `**${grouped(Math.ceil(Math.max(byCores, byPlaces)))}**`],
    ['sent to clients, MiB a second', `\`pushes · ${RECORD_BYTES} B\``, grouped((pushes * RECORD_BYTES) / 1_024 ** 2)],
    ['on disks, GiB, one copy', `\`users · messages · relays · ${LIMITS.retentionMs / DAY_MS} days · ${RECORD_BYTES + KEPT_BYTES} B\``, grouped(kept)],
    ['on disks, GiB, in NATS', `\`one copy · ${COPIES}\``, grouped(kept * COPIES)],
  ]
  return [['what', 'formula', 'a million users'], ['---', '---', '---:'], ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
