/** What an operator's tools may count, in Prometheus' text form. No label is a client's: not an address, a peer, a mailbox or a cursor. */
import type { Counted } from '@sotto/mailbox'
import { Counter, Gauge, Registry, collectDefaultMetrics } from 'prom-client'

/** What a relay counts beside its mailboxes. */
type CountedBeside = 'stunAnswered' | 'stunDropped'

export interface Metrics {
  readonly count: (what: Counted | CountedBeside) => void
  /** All counts, by the server's names for them. */
  readonly counts: () => Readonly<Record<string, number>>
  readonly contentType: string
  readonly text: () => Promise<string>
  readonly stop: () => void
}

const PREFIX = 'sotto_relay_'

type Plain = Exclude<Counted, `refused:${string}`> | CountedBeside
const HELP: Readonly<Record<Plain, string>> = {
  admitted: 'Streams let in by a token',
  opened: 'Mailboxes opened',
  appended: 'Records stored',
  duplicate: 'Records that were there already',
  signalled: 'Signals passed on',
  pushed: 'Records pushed to subscribers',
  lagged: 'Subscribers that ran out of credit',
  roomAgain: 'Clients told that a full mailbox has room again',
  keysFetched: 'Bundles of prekeys handed out',
  badFrame: 'Frames that could not be read',
  stunAnswered: 'Questions of STUN answered',
  stunDropped: 'Datagrams at the STUN port that got no answer',
}
const PLAIN = Object.keys(HELP) as readonly Plain[]
const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** @param gauges what is so at the moment, by name, with what it means */
export function createMetrics(gauges: Readonly<Record<string, { readonly help: string; readonly now: () => number }>>): Metrics {
  const registry = new Registry()
  // The process's own: memory, processor, how long the event loop is busy.
  collectDefaultMetrics({ register: registry, prefix: PREFIX })
  const counters = new Map(PLAIN.map((what) => [what, new Counter({ name: `${PREFIX}${snake(what)}_total`, help: HELP[what], registers: [registry] })]))
  const refused = new Counter({ name: `${PREFIX}refused_total`, help: 'Requests refused', labelNames: ['reason'], registers: [registry] })
  const totals = new Map<string, number>()
  for (const [name, { help, now }] of Object.entries(gauges)) {
    const gauge = new Gauge({
      name: `${PREFIX}${name}`,
      help,
      registers: [],
      collect() {
        this.set(now())
      },
    })
    registry.registerMetric(gauge)
  }
  return {
    count: (what) => {
      totals.set(what, (totals.get(what) ?? 0) + 1)
      const [, reason] = what.split(':')
      if (reason === undefined) counters.get(what as Plain)?.inc()
      else refused.inc({ reason })
    },
    counts: () => Object.fromEntries(totals),
    contentType: registry.contentType,
    text: () => registry.metrics(),
    stop: () => registry.clear(),
  }
}
