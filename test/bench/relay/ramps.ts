/** More and more of one kind of load, in steps, until the relay no longer keeps up. */
import { DEFAULT_TIMING } from '../../../packages/transport/src/timing.ts'
import { type Busy, watchBusy, whatBreaks } from './busy.ts'
import { newGroup } from './figures.ts'
import type { JobResult } from './messages.ts'
import { type Load, type Server, startLoad } from './processes.ts'

export interface Step {
  /** Connections, or appends or pushes a second. */
  readonly load: number
  /** Of what was asked: answered or delivered. */
  readonly part: number
  readonly p99Ms: number
  readonly busy: Busy
}

export interface Ramp {
  readonly of: 'connections' | 'appends' | 'pushes'
  readonly steps: readonly Step[]
  /** The last step that the relay kept up with; 0: none. */
  readonly kept: number
  /** What breaks first; null: nothing did within the bounds. */
  readonly broken: string | null
}

/** It no longer keeps up where less is answered, or one in a hundred is later. Guesses: people notice a second. */
const PART = 0.95
const LATE_MS = 1_000
/** One ramp takes this long at most. */
const MOST_MS = 75_000
const STEP_MS = 4_000

const isKept = ({ part, p99Ms }: Step): boolean => part >= PART && p99Ms <= LATE_MS

/** @param loads the sizes of the steps, ascending */
async function climb(of: Ramp['of'], loads: readonly number[], step: (load: number) => Promise<Step>, say: (line: string) => void): Promise<Ramp> {
  const steps: Step[] = []
  const startMs = performance.now()
  for (const load of loads) {
    const done = await step(load)
    steps.push(done)
    say(
      `  ${load} ${of}${of === 'connections' ? '' : ' a second'}: ${Math.round(done.part * 100)} %, p99 ${Math.round(done.p99Ms)} ms, sockets ${Math.round(done.busy.sockets * 100)} %, store ${Math.round(done.busy.store * 100)} %`,
    )
    if (!isKept(done) || performance.now() - startMs > MOST_MS) break
  }
  const last = steps.at(-1)
  return { of, steps, kept: steps.filter(isKept).at(-1)?.load ?? 0, broken: last === undefined || isKept(last) ? null : whatBreaks(last.busy) }
}

const partOf = ({ received, sent }: JobResult, expected = sent ?? 0): { readonly part: number; readonly p99Ms: number } => ({
  part: (received?.messages ?? 0) / Math.max(1, expected),
  p99Ms: received?.p99Ms ?? Infinity,
})

async function withLoads<T>(count: number, work: (loads: readonly Load[]) => Promise<T>): Promise<T> {
  const loads = await Promise.all(Array.from({ length: count }, startLoad))
  try {
    return await work(loads)
  } finally {
    await Promise.all(loads.map(({ end }) => end()))
  }
}

const pidsOf = (of: readonly { readonly pid: number }[]): readonly number[] => of.map(({ pid }) => pid)

/** Appends of 1 KiB at a rate, over connections to all of the servers. */
export const rampAppends = (servers: readonly Server[], rates: readonly number[], say: (line: string) => void): Promise<Ramp> =>
  withLoads(1, async (loads) => climb('appends', rates, (rate) => appendStep(servers, loads, rate), say))

async function appendStep(servers: readonly Server[], loads: readonly Load[], perSecond: number): Promise<Step> {
  const busy = watchBusy(pidsOf(servers), pidsOf(loads))
  const addresses = servers.map(({ address }) => address)
  const result = await loads[0]?.run({ job: 'append', addresses, connections: 16, perSecond, forMs: STEP_MS })
  if (result === undefined) throw new Error('no clients')
  return { load: perSecond, ...partOf(result), busy: busy() }
}

const SUBSCRIBERS = 100

/** One mailbox with a hundred subscribers, spread over all of the servers. */
export const rampPushes = (servers: readonly Server[], rates: readonly number[], say: (line: string) => void): Promise<Ramp> =>
  withLoads(1 + servers.length, async ([writer, ...readers]) => {
    const group = newGroup()
    const [first] = servers
    if (writer === undefined || first === undefined) throw new Error('no clients')
    await Promise.all(
      servers.map(({ address }, i) => readers[i]?.run({ job: 'subscribe', way: 'mailbox', address, group, count: Math.round(SUBSCRIBERS / servers.length) })),
    )
    let from = 0
    const step = async (perSecond: number): Promise<Step> => {
      const busy = watchBusy(pidsOf(servers), pidsOf(readers))
      const everyMs = (1_000 * SUBSCRIBERS) / perSecond
      const messages = Math.ceil(STEP_MS / everyMs)
      await writer.run({ job: 'publish', way: 'mailbox', address: first.address, group, from, messages, everyMs })
      from += messages
      const taken = busy()
      const results = await Promise.all(readers.map((reader) => reader.run({ job: 'received', quietMs: 1_500 })))
      const parts = results.map((result) => partOf(result, (messages * SUBSCRIBERS) / servers.length))
      return {
        load: perSecond,
        part: parts.reduce((sum, { part }) => sum + part, 0) / parts.length,
        p99Ms: Math.max(...parts.map(({ p99Ms }) => p99Ms)),
        busy: taken,
      }
    }
    return climb('pushes', rates, step, say)
  })

const CONNECTIONS_A_PROCESS = 500
/** An honest member's appends meanwhile, a second. */
const HONEST = 10

/** Connections with a reservation and a subscribed mailbox, which ping as Sotto's clients do, while one member writes. */
export async function rampConnections(server: Server, counts: readonly number[], say: (line: string) => void): Promise<Ramp> {
  const { address } = server
  return withLoads(1 + Math.ceil((counts.at(-1) ?? 0) / CONNECTIONS_A_PROCESS), async ([honest, ...crowd]) => {
    let open = 0
    const step = async (count: number): Promise<Step> => {
      const busy = watchBusy([server.pid], pidsOf(crowd))
      const at = crowd[Math.floor(open / CONNECTIONS_A_PROCESS)]
      if (at === undefined || honest === undefined) throw new Error('no clients')
      const more = count - open
      const connected = await at.run({ job: 'connect', address, count: more, atOnce: 8, reserves: true, opens: true }).then(
        () => true,
        () => false,
      )
      open = count
      const pings = Promise.all(crowd.map((load) => load.run({ job: 'ping', everyMs: DEFAULT_TIMING.pingEveryMs, forMs: STEP_MS })))
      const result = await honest.run({ job: 'append', addresses: [address], connections: 1, perSecond: HONEST, forMs: STEP_MS })
      const pinged = await pings.then(
        () => true,
        () => false,
      )
      const { part, p99Ms } = partOf(result)
      return { load: count, part: connected && pinged ? part : 0, p99Ms, busy: busy() }
    }
    return climb('connections', counts, step, say)
  })
}

/** What one relay and two take of a core at the same load, each the busiest of them. */
export interface WayOut {
  readonly of: 'appends' | 'pushes'
  readonly load: number
  readonly oneRelay: number
  readonly twoRelays: number
}

/** Where the same load is in both ramps, the largest. */
export function wayOut(one: Ramp, two: Ramp): WayOut | null {
  const shared = one.steps.filter(({ load }) => two.steps.some((step) => step.load === load) && load <= one.kept && load <= two.kept).at(-1)
  const other = two.steps.find(({ load }) => load === shared?.load)
  if (shared === undefined || other === undefined || one.of === 'connections') return null
  return { of: one.of, load: shared.load, oneRelay: shared.busy.sockets, twoRelays: other.busy.sockets }
}
