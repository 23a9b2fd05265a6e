/** What a connection costs the relay: to set up, to keep, and to be pinged on, next to a relay of the same libraries without mailboxes. */
import { makeTemporaryFolder } from '../../fixtures/temporary-folder.ts'
import { DEFAULT_TIMING } from '../../../packages/transport/src/timing.ts'
import type { ServerKind } from './messages.ts'
import { type Load, withProcesses } from './processes.ts'

export interface ConnectionCosts {
  readonly connections: number
  readonly setUpsPerSecond: number
  /** µs of processor time for each, of the first half and of the second. */
  readonly firstCpuUs: number
  readonly nextCpuUs: number
  /** For each, all of them open. */
  readonly residentBytes: number
  readonly heapBytes: number
  /** µs of processor time for a ping, and the part of a core that all take which ping as Sotto's clients do. */
  readonly pingCpuUs: number
  readonly idleCore: number
}

/** A process with more of them is busier than the relay. */
const CLIENTS_A_PROCESS = 500
const AT_ONCE = 8

async function measure(kind: ServerKind, count: number, opens: boolean, pingMs: number): Promise<ConnectionCosts> {
  const processes = Math.max(2, 2 * Math.ceil(count / CLIENTS_A_PROCESS / 2))
  return withProcesses(kind, processes, async (server, loads) => {
    const connect = (some: readonly Load[]): Promise<unknown> =>
      Promise.all(
        some.map((load) =>
          load.run({
            job: 'connect',
            address: server.address,
            count: Math.round(count / processes),
            atOnce: Math.ceil(AT_ONCE / some.length),
            reserves: true,
            opens,
          }),
        ),
      )
    const empty = await server.memory()
    const times: { readonly cpuUs: number; readonly seconds: number }[] = []
    for (const half of [loads.slice(0, processes / 2), loads.slice(processes / 2)]) {
      const [before, startMs] = [await server.cpuUs(), performance.now()]
      await connect(half)
      times.push({ cpuUs: (await server.cpuUs()) - before, seconds: (performance.now() - startMs) / 1_000 })
    }
    const full = await server.memory()
    const connections = Math.round(count / processes) * processes
    const before = await server.cpuUs()
    await Promise.all(loads.map((load) => load.run({ job: 'ping', everyMs: DEFAULT_TIMING.pingEveryMs, forMs: pingMs })))
    const pingedUs = (await server.cpuUs()) - before
    const [first = { cpuUs: 0, seconds: 0 }, next = first] = times
    return {
      connections,
      setUpsPerSecond: connections / (first.seconds + next.seconds),
      firstCpuUs: first.cpuUs / (connections / 2),
      nextCpuUs: next.cpuUs / (connections / 2),
      residentBytes: (full.residentBytes - empty.residentBytes) / connections,
      heapBytes: (full.heapBytes - empty.heapBytes) / connections,
      pingCpuUs: pingedUs / ((connections * pingMs) / DEFAULT_TIMING.pingEveryMs),
      idleCore: pingedUs / 1_000 / pingMs,
    }
  })
}

export interface Connections {
  /** Connection and reservation; the same with its mailbox stream and a subscribed mailbox; and without mailboxes at all. */
  readonly ours: ConnectionCosts
  readonly subscribed: ConnectionCosts
  readonly bare: ConnectionCosts
}

export async function measureConnections(count: number, pingMs: number, say: (what: string) => void): Promise<Connections> {
  const folder = makeTemporaryFolder('bench-relay')
  const sotto: ServerKind = { kind: 'sotto', folder: folder.path, nats: null }
  try {
    const bare = await measure({ kind: 'bare' }, count, false, pingMs)
    say(`${count} connections without mailboxes`)
    const ours = await measure(sotto, count, false, pingMs)
    const subscribed = await measure(sotto, count, true, pingMs)
    say(`${count} connections`)
    return { ours, subscribed, bare }
  } finally {
    folder.remove()
  }
}
